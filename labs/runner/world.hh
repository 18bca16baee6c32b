// What the actors' threads and the director share: who is where, which facts are true, what has happened so far.
//
// Locking. There is one lock, and everything in here is guarded by it. An actor's thread takes it for the moments
// before and after a system call, never during one. The director holds it while it looks whether the world is still
// and while it lets something go; so whatever it sees is one consistent moment. A thread that waits for the lock is
// not asleep in its call, and therefore the world is not still.
#pragma once

#include <pthread.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/address.hh"
#include "core/file_descriptor.hh"
#include "labs/runner/packet_log.hh"
#include "labs/runner/sleep_probe.hh"
#include "labs/scenario/scenario.hh"
#include "labs/stage/stage.hh"
#include "labs/timeline/event.hh"

namespace wirelab::runner {

using timeline::EventId;
using timeline::LaneIndex;
using Clock = std::chrono::steady_clock;

/// Thrown in an actor's thread when the run has ended before its steps have.
struct RunEnded {};

/// What an actor waits for at a gate before it goes on.
enum class Gate {
  step,          ///< the next step of the file, or `exit`
  receive,       ///< the next receive of a step that makes several
  piece,         ///< the next piece of a `cut` send
  sleep,         ///< a sleep that has begun
  slow_receive,  ///< the next receive of a `slow` actor
};

enum class Activity { running, in_call, at_gate, finished };

enum class Permission { none, go, impossible };

/// One execution of a step, as the facts of `after` speak of it.
struct StepFacts {
  bool started = false;
  bool blocked = false;
  bool done = false;
  bool true_for(scenario::Fact::Moment moment) const;
};

/// A step an actor is at, or inside.
struct StepAt {
  const scenario::Step* step = nullptr;  ///< null: exit
  std::string word;
  std::string name;  ///< send#2, or its id
  int line = 0;
  std::vector<StepFacts*> facts;  ///< under its word, and under its id
};

/// When a sleep or a timeout is due: on the run's one clock, which is moved only when everything else is done, and on
/// the real one.
struct Due {
  std::chrono::nanoseconds logical{};
  Clock::time_point real;
};

/// An open socket, as far as others than its actor must know it.
struct OpenSocket {
  int number = 0;
  int fd = -1;
  scenario::SocketType type = scenario::SocketType::stream;
  int port = -1;  ///< of the file; -1: not bound by it
  bool listening = false;
  int connection = -1;
  std::optional<core::Address> connected_to;  ///< datagram sockets
  bool bound_to_own = false;                  ///< to its host's address: deaf to what is sent to any other
  std::set<std::string> groups;               ///< it has joined
  bool hears_own_groups = true;               ///< IP_MULTICAST_LOOP: what it sends to a group comes back to its host
  bool may_leave_host = true;                 ///< IP_MULTICAST_TTL: not 0

  // Datagram sockets: each arrival is looked at once, with SO_PEEK_OFF (socket(7)).
  std::deque<int> due;             ///< sent here, not yet seen to arrive; in order of sending
  std::deque<int> waiting;         ///< in the receive buffer, unread; -1: from somebody unknown
  std::int64_t drops_by_rule = 0;  ///< marked datagrams the filter is to drop
  std::int64_t overruns = 0;       ///< drops of the kernel already accounted for
  bool refusal_expected = false;   ///< connected, and sent to a port nobody is bound to
};

/// The call an actor may be asleep in.
struct Blocking {
  long syscall = 0;
  int fd = -1;
  short events = 0;  ///< what poll(2) would say if there were something to wake for
};

struct LaneState {
  Activity activity = Activity::running;
  Gate gate = Gate::step;
  Permission permission = Permission::none;
  std::condition_variable let_go;

  pthread_t thread{};
  std::unique_ptr<SleepProbe> probe;
  std::stop_source stop;  ///< of the call it is in

  std::vector<StepAt> at;   ///< innermost last; the last one is waited for while at_gate
  int socket_for_when = 0;  ///< number of the socket that `when` asks about
  std::optional<Blocking> blocking;
  EventId call = 0;            ///< it is in; 0: none
  EventId call_just_made = 0;  ///< the latest it began
  std::optional<Due> due;      ///< of the sleep, or of the step's timeout
  bool timed_out = false;      ///< the director gave the call up

  std::map<std::string, std::deque<StepFacts>> history;  ///< by word and by id: every execution
  std::map<int, OpenSocket> sockets;
  std::optional<int> last_bound_stream;
  std::optional<int> last_bound_datagram;
};

/// Both ends of a TCP connection, as counted at the calls. Side 0 connected, side 1 listened.
struct Tracked {
  bool connecting = true;
  int syns_with_room = 0;  ///< SYNs that the wire delivered while the accept queue was not full
  bool connected = false;
  int client_socket = 0;
  int server_port = -1;
  std::optional<core::Address> client_address;
  std::optional<core::Address> server_address;
  struct Side {
    LaneIndex lane = timeline::nobody;
    std::int64_t sent = 0;
    std::int64_t received = 0;
    bool write_ended = false;  ///< shut down, or closed
    bool closed = false;       ///< no descriptor any more
    /// What was known when the peer was first seen to probe our closed window, since bytes last left our buffer.
    struct ClosedWindow {
      std::int64_t taken = 0;
      int backoff = 0;
    };
    std::optional<ClosedWindow> closed_window;
  };
  std::array<Side, 2> sides;
};

class World {
 public:
  /// The rest is for the PacketLog.
  World(const scenario::Scenario& scenario, stage::Stage& stage, std::vector<timeline::Lane> lanes,
        std::int64_t most_packets, PacketSink sink);

  const scenario::Scenario& scenario() const { return scenario_; }
  stage::Stage& stage() { return stage_; }
  std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }

  // ----- for actors' threads; each takes the lock itself

  /// The thread of this lane is ready: it can be watched and interrupted.
  void begin(LaneIndex lane);
  /// It will do nothing any more.
  void finish(LaneIndex lane);

  /// Enters a step (`step` null: exit) and, if `gated`, waits until it is let go. False: its `when` has become
  /// impossible. Throws RunEnded.
  bool enter_step(LaneIndex lane, const scenario::Step* step, std::string word, bool gated, int socket_for_when);
  /// Leaves the innermost step; it is done.
  void leave_step(LaneIndex lane);
  /// Waits at a gate inside a step. Throws RunEnded.
  void wait_at(LaneIndex lane, Gate gate);
  /// Sleeps on the run's clock. Throws RunEnded.
  void sleep(LaneIndex lane, scenario::Duration duration);

  /// The step the lane is in.
  StepAt here(LaneIndex lane) const;

  /// A call starts: from now on it is an event. With `blocking`, the thread may be found asleep in it.
  EventId begin_call(LaneIndex lane, timeline::Call call, std::optional<Blocking> blocking = std::nullopt);
  /// It has returned: `fill` completes the event, under the lock. Throws RunEnded if the run is over.
  void end_call(LaneIndex lane, EventId id, const std::function<void(timeline::Call&)>& fill);
  /// A datagram is about to be sent to a port of the file. Index into line.datagrams. Must be told before the call, for
  /// the receiver may be faster than the sender's return.
  int expect_datagram(LaneIndex from, int socket, LaneIndex to, int port, std::string_view data,
                      const stage::DatagramVerdict& verdict);
  /// The same of one for `everyone`, or for a group: index of the first receiver's, -1 if nobody hears it.
  int expect_datagrams(LaneIndex from, int socket, const std::string& several, int port, std::string_view data);
  /// It was not sent after all.
  void forget_datagram(LaneIndex from, int socket, int index);
  /// A step failed that was not expected to: the actor is about to exit.
  void note_failure(LaneIndex lane, std::string error);
  /// Something in here broke that is nobody's lesson: the run ends, and run() throws this.
  void fail(std::exception_ptr what);
  /// The token that stops the lane's current call, and whether it was its timeout.
  std::stop_token stop_token(LaneIndex lane) const;

  /// Records anything that is not a call, with the present time and epoch.
  template <typename Happening>
  EventId record(Happening happening) {
    const auto guard = lock();
    happening.epoch = epoch;
    return push(std::move(happening));
  }

  // ----- with the lock held

  EventId push(decltype(timeline::Event::what) what);
  timeline::Call& call(EventId id) {
    return std::get<timeline::Call>(line.events[static_cast<std::size_t>(id) - 1].what);
  }
  LaneState& lane(LaneIndex index) { return *lanes[static_cast<std::size_t>(index)]; }
  LaneIndex lane_count() const { return static_cast<LaneIndex>(lanes.size()); }
  /// The lane of that name, or the first copy of that actor; nobody.
  LaneIndex find_lane(std::string_view name) const;
  /// Is that fact true now? (`settled` is the director's to know.)
  bool holds(const scenario::Fact& fact) const;
  timeline::Nanoseconds now() const;
  /// When the first event was.
  timeline::Nanoseconds began() const { return line.events.empty() ? 0 : line.events.front().at; }

  /// A stream socket of `lane` starts to connect: index of the new connection.
  int track_connect(LaneIndex client, int socket, LaneIndex server, int port, core::Address server_address);
  /// The connection whose client has that address; -1. Fills in client addresses that are known by now.
  int find_connection(const core::Address& client_address);
  /// Asks a connecting socket which port the kernel has given it.
  void learn_client_address(Tracked& tracked);
  /// Whose open (or once open) socket has that address.
  LaneIndex lane_at(scenario::SocketType type, const core::Address& address);
  void remember_address(LaneIndex lane, scenario::SocketType type, const core::Address& address);

  /// The socket of that lane which hears datagrams sent to this port from that address; null.
  OpenSocket* receiver_of_datagrams(LaneIndex lane, int port, LaneIndex from, int from_port);
  /// All of that lane's sockets that hear what is sent to `everyone`, or to a group.
  std::vector<OpenSocket*> hearers_of(LaneIndex lane, const std::string& several, int port);

  /// Something is let go: what happens from now on belongs to a new epoch, and that lane comes first in it.
  void begin_epoch(LaneIndex let_go);

  /// Something moved: the director looks again at once.
  void notify();
  int notifications() const { return notifications_.get(); }

  /// The socket and all others of its host that are bound to its port, SO_REUSEADDR and SO_REUSEPORT in socket(7).
  /// Which of them is given a datagram is for their kernel to choose, so it may be due at another one than has it.
  std::vector<OpenSocket*> sharing_the_port_of(LaneIndex lane, OpenSocket& socket);
  /// Such a datagram is in the buffer of `at`, or was: the first that is due there; -1: none is.
  int note_arrival(LaneIndex lane, OpenSocket& at, const std::function<bool(const timeline::Datagram&)>& is_it);
  /// Which datagram it is that this socket has just received; -1: nobody's here.
  int take_datagram(LaneIndex lane, int socket, const core::Address& from, std::string_view data,
                    std::int64_t full_length);

  /// Everything still asleep or waiting is over.
  void end(std::string reason);

  std::vector<std::unique_ptr<LaneState>> lanes;
  std::deque<Tracked> connections;  ///< same indices as line.connections
  timeline::Timeline line;
  timeline::Epoch epoch = 0;
  std::vector<LaneIndex> let_go_in;  ///< by epoch: whom the director let go
  std::deque<int> sent_datagrams;    ///< that have not been seen at the wire yet, in order of sending
  std::chrono::nanoseconds clock{};  ///< the run's own clock
  std::int64_t progress = 0;         ///< counts everything that moves
  std::size_t recorded_bytes = 0;  ///< of all data in the record: what cannot be known before a run is bounded in it
  PacketLog packets;
  std::string ended_by;              ///< empty while the run goes on
  std::exception_ptr failure;        ///< see fail()

 private:
  /// A datagram socket the kernel gave its port to, not the file.
  OpenSocket* socket_with_port(LaneIndex lane, int real_port);
  /// Connected to another than this sender, connect(2).
  bool is_deaf_to(const OpenSocket& socket, LaneIndex from, int from_port) const;
  /// Is it for the own host alone? A kernel looks at the TTL, ip_mc_output() and ip6_finish_output2(), only where it
  /// gives its own host a copy: RFC 1112 §6.1.
  bool stays_on_its_host(LaneIndex from, const OpenSocket& sending, const std::string& several) const;
  /// The call that the lane has just begun sends it.
  int add_datagram(LaneIndex from, LaneIndex to, std::size_t length);
  Permission wait(std::unique_lock<std::mutex>& guard, LaneState& state, Gate gate);

  const scenario::Scenario& scenario_;
  stage::Stage& stage_;
  mutable std::mutex mutex_;
  core::FileDescriptor notifications_;
  Clock::time_point start_;
  struct KnownAddress {
    LaneIndex lane;
    scenario::SocketType type;
    core::Address address;
  };
  std::vector<KnownAddress> addresses_;
};

}  // namespace wirelab::runner
