// Files over a stream: what tells where one ends, and whether it is the one that was sent.
#include <algorithm>
#include <string>
#include <string_view>

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
    if (kept->promised == kept->has) findings.push_back(about("file-whole", story, kept, last_receive(story, kept)));
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

std::vector<Finding> resumed(const Story& story) {
  std::vector<Finding> findings;
  for (const KeptFile& kept : files(story)) {
    if (kept->had == 0 || kept->has == kept->had) continue;
    Finding finding = about("file-resumed", story, kept, last_receive(story, kept));
    finding.arguments["had"] = kept->had;
    finding.arguments["more"] = kept->has - kept->had;
    finding.arguments.erase("bytes");
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// The data of a send that is a SHA-256 in hexadecimal digits and nothing else; "" if it is not.
std::string digest_in(const StreamSend& send) {
  constexpr std::size_t digits = 64;
  std::string text;
  for (const MadeCall& piece : send.calls) text += piece->data;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const bool is_digest = text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_digest ? text : "";
}

bool received_between(const Story& story, timeline::LaneIndex lane, EventId earlier, EventId later) {
  return std::ranges::any_of(story.calls, [&](const MadeCall& made) {
    return made->lane == lane && timeline::is_receive(*made) && made.id > earlier && made.id < later;
  });
}

/// The file that a digest can be meant for: the one that had come last before it, or else the first one behind it. One
/// receive can bring both, and the file is kept only then.
const KeptFile* file_beside(const Story& story, const std::vector<KeptFile>& kept, const StreamSend& digest,
                            const StreamReceive& read) {
  const KeptFile* found = nullptr;
  std::int64_t end = read.range.offset;  // of the files that came with it, at the earliest
  for (const KeptFile& one : kept) {
    if (one->lane != digest.range.to) continue;
    bool is_behind = false;
    if (one.id > read.receive.id) {
      if (!last_receive(story, one).call) end += one->has - one->had;
      is_behind = end > digest.range.offset || received_between(story, one->lane, read.receive.id, one.id);
    }
    if (is_behind) return found != nullptr ? found : &one;
    found = &one;
  }
  return found;
}

std::vector<Finding> hashes(const Story& story) {
  std::vector<Finding> findings;
  const std::vector<KeptFile> kept = files(story);
  for (std::size_t index = 0; index < story.sends.size(); ++index) {
    const StreamSend& send = story.sends[index];
    const std::string digest = digest_in(send);
    if (digest.empty()) continue;
    // By then all its digits have been read.
    const auto read = std::find_if(story.receives.rbegin(), story.receives.rend(), [&](const StreamReceive& received) {
      return std::ranges::find(received.sends, index) != received.sends.end();
    });
    if (read == story.receives.rend()) continue;
    const KeptFile* file = file_beside(story, kept, send, *read);
    if (file == nullptr) continue;
    const bool is_whole = !(*file)->promised || (*file)->has == *(*file)->promised;
    const bool is_same = (*file)->sha256 == digest;
    if (!is_whole && !is_same) continue;  // that it is another one is no news
    std::vector<EventId> events = {(*file).id, read->receive.id};
    std::ranges::sort(events);
    findings.push_back({is_same ? "file-hash" : "file-hash.differs",
                        std::move(events),
                        story.actor(send.range.to),
                        {{"receiver", story.name(send.range.to)},
                         {"sender", story.name(send.range.from)},
                         {"file", (*file)->name},
                         {"bytes", (*file)->has},
                         {"told", digest.substr(0, 8)},
                         {"found", (*file)->sha256.substr(0, 8)}}});
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
      {"file-whole", {{"file-whole", {"receiver", "file", "bytes"}}}, whole},
      {"file-cut-short",
       {{"file-cut-short", {"receiver", "file", "bytes", "promised"}},
        {"file-cut-short.reset", {"receiver", "file", "bytes", "promised"}},
        {"file-cut-short.timeout", {"receiver", "file", "bytes", "promised"}}},
       cut_short},
      {"file-resumed", {{"file-resumed", {"receiver", "file", "had", "more"}}}, resumed},
      {"file-hash",
       {{"file-hash", {"receiver", "sender", "file", "bytes", "told", "found"}},
        {"file-hash.differs", {"receiver", "sender", "file", "bytes", "told", "found"}}},
       hashes},
  };
}

}  // namespace wirelab::explain
