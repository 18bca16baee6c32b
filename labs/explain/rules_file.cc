// Files over a stream: what tells where one ends, and whether it is the one that was sent.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::EventId;
using timeline::File;

struct KeptFile {
  EventId id = 0;
  const File* file = nullptr;

  const File* operator->() const { return file; }
};

std::vector<KeptFile> files(const Story& story) {
  std::vector<KeptFile> found;
  for (const timeline::Event& event : story.timeline.events) {
    if (const File* file = event.file()) found.push_back({event.id, file});
  }
  return found;
}

/// The last receive of the step that kept the file; none if all had been read before.
MadeCall last_receive(const Story& story, const KeptFile& kept) {
  MadeCall last;
  for (const MadeCall& made : story.calls) {
    if (made.id > kept.id) break;
    if (made->lane == kept->lane && made->step == kept->step && timeline::is_receive(*made)) last = made;
  }
  return last;
}

/// What ended the bytes of the file before their number did: "" if nothing has.
std::string_view early_end(const MadeCall& receive) {
  if (!receive.call) return "";
  if (receive->error == "ECONNRESET") return "reset";
  if (receive->error == "timeout") return "timeout";
  return timeline::succeeded(*receive) && receive->result == 0 ? "end" : "";
}

std::vector<EventId> with_receive(const MadeCall& receive, const KeptFile& kept) {
  if (!receive.call) return {kept.id};
  return {receive.id, kept.id};
}

Finding about(std::string_view key, const Story& story, const KeptFile& kept, const MadeCall& receive) {
  return {key,
          with_receive(receive, kept),
          story.actor(kept->lane),
          {{"receiver", story.name(kept->lane)}, {"file", kept->name}, {"bytes", kept->has}}};
}

std::vector<Finding> without_size(const Story& story) {
  std::vector<Finding> findings;
  for (const KeptFile& kept : files(story)) {
    const bool is_framed = story.timeline.lanes.at(static_cast<std::size_t>(kept->lane)).framing.has_value();
    if (kept->promised || !kept->error.empty() || is_framed) continue;
    const MadeCall receive = last_receive(story, kept);
    const std::string_view end = early_end(receive);
    if (end == "end") findings.push_back(about("file-without-size", story, kept, receive));
    if (end == "reset") findings.push_back(about("file-without-size.reset", story, kept, receive));
  }
  return findings;
}

std::vector<Finding> whole(const Story& story) {
  std::vector<Finding> findings;
  for (const KeptFile& kept : files(story)) {
    if (kept->promised != kept->has) continue;
    // A recv of this step had room for the file alone. One of an earlier step may have brought what is behind it too.
    const MadeCall receive = last_receive(story, kept);
    const bool was_read_before = !receive.call && kept->has > kept->had;
    findings.push_back(about(was_read_before ? "file-whole.read-before" : "file-whole", story, kept, receive));
  }
  return findings;
}

std::vector<Finding> cut_short(const Story& story) {
  std::vector<Finding> findings;
  for (const KeptFile& kept : files(story)) {
    if (!kept->promised || kept->has >= *kept->promised) continue;
    const MadeCall receive = last_receive(story, kept);
    const std::string_view end = early_end(receive);
    if (end.empty()) continue;
    Finding finding = about(end == "end"     ? "file-cut-short"
                            : end == "reset" ? "file-cut-short.reset"
                                             : "file-cut-short.timeout",
                            story, kept, receive);
    finding.arguments["promised"] = *kept->promised;
    findings.push_back(std::move(finding));
  }
  return findings;
}

constexpr std::size_t digits_of_digest = 64;

/// The data of a send that is a SHA-256 in hexadecimal digits and nothing else; "" if it is not.
std::string digest_in(const StreamSend& send) {
  std::string text;
  for (const MadeCall& piece : send.calls) text += piece->data;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const bool is_digest =
      text.size() == digits_of_digest && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_digest ? text : "";
}

/// A send of a digest, of which something has been read.
struct ToldDigest {
  std::string digest;
  const StreamSend* send = nullptr;
  const StreamReceive* read = nullptr;  ///< the last that brought some of it
  std::int64_t digits = 0;              ///< of it, that were read
};

std::vector<ToldDigest> told_digests(const Story& story) {
  std::vector<ToldDigest> told;
  for (std::size_t index = 0; index < story.sends.size(); ++index) {
    const StreamSend& send = story.sends[index];
    ToldDigest one{digest_in(send), &send};
    if (one.digest.empty()) continue;
    const std::int64_t begin = send.range.offset;
    const std::int64_t end = begin + static_cast<std::int64_t>(digits_of_digest);
    for (const StreamReceive& received : story.receives) {
      if (std::ranges::find(received.sends, index) == received.sends.end()) continue;
      const timeline::StreamRange& range = received.range;
      one.read = &received;
      one.digits +=
          std::max<std::int64_t>(0, std::min(end, range.offset + range.length) - std::max(begin, range.offset));
    }
    if (one.digits > 0) told.push_back(std::move(one));
  }
  return told;
}

bool received_between(const Story& story, timeline::LaneIndex lane, EventId earlier, EventId later) {
  return std::ranges::any_of(story.calls, [&](const MadeCall& made) {
    return made->lane == lane && timeline::is_receive(*made) && made.id > earlier && made.id < later;
  });
}

/// The file that a digest stands beside: the one that had come last before it, or else the first one behind it. One
/// receive can bring both, and the file is kept only then. `is_meant`: which files come into question.
template <typename IsMeant>
const KeptFile* file_beside(const Story& story, const std::vector<KeptFile>& kept, const ToldDigest& told,
                            IsMeant is_meant) {
  const KeptFile* found = nullptr;
  std::int64_t end = told.read->range.offset;  // of the files that came with it, at the earliest
  for (const KeptFile& one : kept) {
    if (one->lane != told.send->range.to) continue;
    bool is_behind = false;
    if (one.id > told.read->receive.id) {
      if (!last_receive(story, one).call) end += one->has - one->had;
      is_behind = end > told.send->range.offset || received_between(story, one->lane, told.read->receive.id, one.id);
    }
    if (is_behind && found != nullptr) return found;
    if (!is_meant(one)) continue;
    if (is_behind) return &one;
    found = &one;
  }
  return found;
}

struct Comparison {
  ToldDigest told;
  const File* file = nullptr;
  EventId kept = 0;
  bool is_whole_digest = false;
  bool is_same = false;
};

/// Which file each digest is compared with. Several can be told together, in any order, behind or before all the files:
/// so it is the file beside it if that has it, or else another one that has it and that no other digest is told of.
/// Only if there is none, it is the one beside it that no other digest is told of.
std::vector<Comparison> comparisons(const Story& story) {
  const std::vector<KeptFile> kept = files(story);
  const std::vector<ToldDigest> all_told = told_digests(story);
  const auto any = [](const KeptFile&) { return true; };
  std::vector<const KeptFile*> meant(all_told.size(), nullptr);
  const auto is_free = [&](const KeptFile& file) { return std::ranges::find(meant, &file) == meant.end(); };
  for (std::size_t i = 0; i < all_told.size(); ++i) {
    const KeptFile* beside = file_beside(story, kept, all_told[i], any);
    if (beside != nullptr && (*beside)->sha256 == all_told[i].digest) meant[i] = beside;
  }
  for (std::size_t i = 0; i < all_told.size(); ++i) {
    const ToldDigest& told = all_told[i];
    const KeptFile* beside = file_beside(story, kept, told, any);
    for (const KeptFile& one : kept) {
      if (meant[i] != nullptr || beside == nullptr || one->lane != told.send->range.to) continue;
      const bool was_replaced = one->name == (*beside)->name;
      if (one->sha256 == told.digest && !was_replaced && is_free(one)) meant[i] = &one;
    }
  }
  std::vector<Comparison> found;
  for (std::size_t i = 0; i < all_told.size(); ++i) {
    const ToldDigest& told = all_told[i];
    const KeptFile* file = meant[i] != nullptr ? meant[i] : file_beside(story, kept, told, is_free);
    if (file == nullptr) continue;
    const bool is_whole_digest = told.digits == static_cast<std::int64_t>(digits_of_digest);
    found.push_back({told, file->file, file->id, is_whole_digest, (*file)->sha256 == told.digest});
  }
  return found;
}

std::vector<Finding> resumed(const Story& story) {
  std::vector<Finding> findings;
  const std::vector<Comparison> compared = comparisons(story);
  for (const KeptFile& kept : files(story)) {
    if (kept->had == 0 || kept->has == kept->had) continue;
    Finding finding = about("file-resumed", story, kept, last_receive(story, kept));
    finding.arguments["had"] = kept->had;
    finding.arguments["more"] = kept->has - kept->had;
    finding.arguments.erase("bytes");
    for (const Comparison& one : compared) {
      const bool is_whole = kept->promised && kept->has == *kept->promised;
      if (one.kept != kept.id || one.is_same || !one.is_whole_digest || !is_whole) continue;
      finding.key = "file-resumed.differs";
      finding.arguments["sender"] = story.name(one.told.send->range.from);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> hashes(const Story& story) {
  std::vector<Finding> findings;
  for (const Comparison& one : comparisons(story)) {
    const timeline::StreamRange& range = one.told.send->range;
    Finding finding{"file-hash.unread",
                    {one.told.read->receive.id},
                    story.actor(range.to),
                    {{"receiver", story.name(range.to)}, {"sender", story.name(range.from)}}};
    if (!one.is_whole_digest) {
      finding.arguments["digits"] = one.told.digits;
      findings.push_back(std::move(finding));
      continue;
    }
    const File& file = *one.file;
    const bool lacks_bytes = file.promised && file.has != *file.promised;
    if (lacks_bytes && !one.is_same) continue;  // that it is another one is no news
    finding.key = one.is_same ? "file-hash" : file.promised ? "file-hash.differs" : "file-hash.differs-without-size";
    finding.events.push_back(one.kept);
    std::ranges::sort(finding.events);
    finding.arguments["file"] = file.name;
    finding.arguments["bytes"] = file.has;
    finding.arguments["told"] = one.told.digest.substr(0, 8);
    finding.arguments["found"] = file.sha256.substr(0, 8);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> file_rules() {
  return {
      {"file-without-size",
       {{"file-without-size", {"receiver", "file", "bytes"}},
        {"file-without-size.reset", {"receiver", "file", "bytes"}}},
       without_size},
      {"file-whole",
       {{"file-whole", {"receiver", "file", "bytes"}}, {"file-whole.read-before", {"receiver", "file", "bytes"}}},
       whole},
      {"file-cut-short",
       {{"file-cut-short", {"receiver", "file", "bytes", "promised"}},
        {"file-cut-short.reset", {"receiver", "file", "bytes", "promised"}},
        {"file-cut-short.timeout", {"receiver", "file", "bytes", "promised"}}},
       cut_short},
      {"file-resumed",
       {{"file-resumed", {"receiver", "file", "had", "more"}},
        {"file-resumed.differs", {"receiver", "sender", "file", "had", "more"}}},
       resumed},
      {"file-hash",
       {{"file-hash", {"receiver", "sender", "file", "bytes", "told", "found"}},
        {"file-hash.differs", {"receiver", "sender", "file", "bytes", "told", "found"}},
        {"file-hash.differs-without-size", {"receiver", "sender", "file", "bytes", "told", "found"}},
        {"file-hash.unread", {"receiver", "sender", "digits"}}},
       hashes},
  };
}

}  // namespace wirelab::explain
