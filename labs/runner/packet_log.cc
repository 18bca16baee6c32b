#include "labs/runner/packet_log.hh"

namespace wirelab::runner {

using scenario::PacketKind;
using timeline::Packet;

bool PacketLog::begins_or_ends_a_connection(const Packet& packet) {
  if (packet.protocol != "tcp" || packet.connection < 0) return false;
  const bool ends = packet.kind == PacketKind::fin || packet.kind == PacketKind::rst;
  if (ends) ending_.insert(packet.connection);
  return packet.kind == PacketKind::syn || packet.kind == PacketKind::syn_ack || ending_.contains(packet.connection);
}

PacketLog::Kept PacketLog::keep(const Packet& packet) {
  const bool is_end = begins_or_ends_a_connection(packet);
  const auto size = static_cast<std::int64_t>(packet.headers.size() + packet.data.size());
  if (kept_ < most_ && size <= bytes_left_) {
    ++kept_;
    bytes_left_ -= size;
    return Kept::as_one_of_the_first;
  }
  // From the first that is not kept on, none is but these.
  bytes_left_ = 0;
  return is_end && ++ends_kept_ <= most_ ? Kept::as_an_end : Kept::no;
}

void PacketLog::complete(const timeline::Event& event, Kept kept, timeline::Nanoseconds began) {
  tally_.look_at(event.at, *event.packet(), kept != Kept::no);
  if (kept == Kept::as_one_of_the_first || !sink_) return;
  timeline::Event told = event;
  auto& packet = std::get<Packet>(told.what);
  told.at -= began;
  if (packet.delivered_at != 0) packet.delivered_at -= began;
  // Datagrams are numbered anew when the run is over.
  packet.datagram.reset();
  sink_(told);
}

}  // namespace wirelab::runner
