#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries chinese_of_packets() {
  return {
      // ------------------------------------------------------------------------------------------- 握手
      {"handshake",
       {"三个分组建立了连接：{packets}。",
        "每一方说明自己的字节从哪个序号数起，由对方确认；SYN 占一个序号，所以双方都从 1 继续。这里序号从 0 "
        "开始显示；实际上双方都从无法猜测的数开始，使旧的报文段和外人的报文段都对不上。括号里是各方提供的选项：它能接收"
        "的最大报文段（MSS），以及双方都提供时才使用的功能。",
        {},
        "这次运行中，{client} 实际从 {client_number} 开始，{server} 从 {server_number} 开始。{units}"}},

      {"handshake-before-accept.seen",
       {"SYN、SYN-ACK 和 ACK 已经走完线路，{client} 的 connect 也已经返回，{server} 才调用 accept。",
        "三次握手由监听套接字所在的内核独自完成，完成的连接放进 listen 建立的队列；accept 只是把它从队列里取出来。"}},
      {"accept-asleep.seen",
       {"{server} 阻塞在 accept 中，直到 {client} 握手的最后一个分组到来。",
        "队列里没有已完成的连接时，accept 一直阻塞；一有连接，内核就唤醒调用者。"}},
      {"connect-asleep.queue-full.seen",
       {"{client} 的 SYN 到了 {server} 却没有得到应答：{server} 用 listen({backlog}) 建立的队列里有 "
        "{waiting:个已完成的连接}在等待。",
        "Linux 允许排队的连接比 backlog 多一个。队列满时，新来的 SYN "
        "被默默丢弃，就像在途中丢失了一样：客户端内核约一秒后重传，时间久了间隔越来越长。"}},
      {"connect-asleep.half-open",
       {"{client} 的 SYN 到了 {server} 却没有得到应答：在 listen({backlog}) 之后，那里有 "
        "{half_open:个握手}只完成了一半。",
        "从 SYN 到最后的 ACK，内核要记住每个握手，但只记这么多（listen 的 backlog、tcp_max_syn_backlog）：否则 SYN "
        "洪泛会占满它的内存。超出的被丢弃，或者用藏在序号里的 cookie 应答而不加以记忆（tcp_syncookies）。"}},
      {"connect-unanswered.lost",
       {"{client} 的 connect 失败，错误为 ETIMEDOUT：它的 SYN 发送了 {syns:次}，每次都{how}。",
        "得不到应答的内核会再试，第一次在一秒之后，时间久了间隔越来越长，最后放弃（tcp_syn_retries）。它无法区分 SYN "
        "丢失和主机不存在。"}},
      {"handshake-not-taken.ignored",
       {"{client} 握手的最后一个 ACK 到达 {server} 时，listen({backlog}) 的队列里有 "
        "{waiting:个已完成的连接}在等待：那边的内核不理会这个 ACK，又发送了一次 SYN-ACK。",
        "SYN-ACK 一到，connect 就返回；而对方内核要等 ACK "
        "在队列里找到位置，才收下这个连接。在此之前它在那边是半开的，对下一个 SYN-ACK 的应答就是它的下一次机会。"}},
      {"handshake-not-taken.reset",
       {"{client} 握手的最后一个 ACK 到达 {server} 时，listen({backlog}) 的队列里有 "
        "{waiting:个已完成的连接}在等待：那边的内核用 RST 应答。",
        "connect 早已返回，所以 {client} 要到下一次调用才得知。默认情况下，内核不理会这样的 ACK，让客户端再试；设置了 "
        "tcp_abort_on_overflow，就立即拒绝。"}},

      // ----------------------------------------------------------------------------------------- 连接结束
      {"ending.four",
       {"四个分组结束了连接：{first} 的 FIN，{second} 的 ACK，{second} 的 FIN，{first} 的 ACK。",
        "一个连接是两个流，各用自己的 FIN 结束；FIN 占一个序号，像字节一样得到确认。{second} 的内核立即确认；它自己的 "
        "FIN 要等它的程序结束自己的方向。"}},
      {"ending.three",
       {"三个分组结束了连接：{first} 的 FIN，{second} 合在一起的 FIN 和 ACK，{first} 的 ACK。",
        "每个流各用自己的 FIN 结束，每个 FIN 都得到确认。{second} 的程序结束自己的方向时，它的内核还没有确认，所以 ACK "
        "和 FIN 合成一个分组。如果立即确认，就会是四个。"}},
      {"ending.with-data",
       {"连接是这样结束的：{first} 的 FIN，由 {second} 连同数据一起确认；然后是 {second} 的 FIN，{first} 的 ACK。",
        "一个 FIN 只结束一个流。{second} 还有数据要发送，确认就由数据捎带，没有额外的代价。"}},
      {"ending.crossed",
       {"{first} 与 {second} 的 FIN 在线路上交错而过：双方都让连接停留在 TIME-WAIT 状态。",
        "同时关闭时，每一方都在对方的 FIN 到来之前发出了自己的 FIN。双方都经过 CLOSING 状态，确认对方的 "
        "FIN；因为谁也不是第二个，所以双方都要准备重发那最后的 ACK。"}},

      {"reset-unheard",
       {"{actor} 中止了与 {peer} 的连接：它的内核发送了 RST，而 {peer} 的程序的任何调用都没有得知此事。",
        "SO_LINGER 设为 0 秒时，close 丢弃尚未发送的数据，并用 RST "
        "立即结束连接。错误留在对端的套接字上，等着下一次 send，或者下一次找不到字节的 recv。"}},

      // ------------------------------------------------------------------------------------------- 丢失
      {"syn-lost",
       {"{client} 有 {lost:个 SYN} {how}；下一个通过了。",
        "没有谁会告诉内核分组丢失了：它只是听不到应答。对 "
        "SYN，它第一次等一秒，因为还不了解这条路；时间久了就越等越久。其间 connect 一直阻塞。",
        {},
        "从第一个 SYN 到通过的那个，用了 {later}。"}},
      {"syn-ack-lost",
       {"{server} 的 SYN-ACK {how}；它再次发送之后，握手才得以继续。",
        "{client} 无法区分丢失的是应答还是请求：它的内核约一秒后重传 SYN，并再次得到应答。{server} 的内核对自己的 "
        "SYN-ACK 也有计时器（tcp_synack_retries）。",
        {},
        "用了 {later}。"}},
      {"segment-lost.timer",
       {"{sender} 的 {lost:个报文段}（{sizes} "
        "字节）{how}，也没有任何应答透露此事：直到重传计时器超时才重新发送{again}。",
        "发送方保留每个字节，直到得到确认。等多久取决于它测得的往返时间，在 Linux 上除非另行设置，至少 200 "
        "ms；每空等一次就加倍。",
        {},
        "用了 {later}。"}},
      {"segment-lost.fin",
       {"{sender} 的 FIN {how}，直到重传计时器超时才重新发送{again}。",
        "FIN 像字节一样占一个序号，也像字节一样重传。{sender} "
        "的程序不必为此做任何事：由它的内核负责，即使程序已经结束。",
        {},
        "用了 {later}。"}},
      {"segment-lost.early",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}，也没有任何应答透露此事。尽管如此，不到 200 ms "
        "就重新发送了，而 Linux 的重传计时器除非另行设置，至少要等这么久。",
        "设置了 tcp_early_retrans "
        "时，内核大约两个往返时间听不到应答，就把最后一个报文段再发送一次，好让应答说明是否缺了什么（尾部丢失探测）。如"
        "果"
        "不是这样，那就是计时器被设得更短（tcp_rto_min_us）。",
        {},
        "用了 {later}。"}},
      {"segment-lost.again",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}。{receiver} 的 {heard:个 ACK} "
        "说明后面的数据已经到了，于是重新发送，但有 {times:次}重传也丢失了，之后才有一次通过。",
        "重传的报文段和别的报文段一样会丢失。如果在它之后发送的已经到了，它就不只是迟到，于是再次发送（RACK）；否则等重"
        "传"
        "计时器超时。",
        {},
        "用了 {later}。"}},
      {"segment-lost.again-timer",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}。{receiver} 的 {heard:个 ACK} "
        "说明后面的数据已经到了，于是重新发送，但有 {times:次}重传也丢失了，直到重传计时器超时才又发送了一次。",
        "重传的报文段和别的报文段一样会丢失。重复的 ACK "
        "让内核重传一次，却不说明这次重传的结果。所以由计时器决定：在 Linux 上除非另行设置，至少等 200 "
        "ms；每空等一次就加倍。",
        {},
        "用了 {later}。"}},
      {"segment-lost.never",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}，{times:次}重传也丢失了：在这次运行中，{receiver} "
        "始终没有收到。",
        "内核得不到应答就再次尝试，间隔越来越长，最后放弃连接：在 tcp_retries2 "
        "次重传之后（默认约一刻钟），或者在 TCP_USER_TIMEOUT 之后。在那以前，谁也不会告诉程序，它的 send "
        "早就返回了。"}},
      {"segment-lost.few",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}。{receiver} 的 {heard:个 ACK} "
        "说明它后面的数据已经到了，于是重新发送。",
        "三个重复的 ACK "
        "是丢失的标志。不足三个时由时间决定：后发送的已经到了，缺少的就不只是迟到（RACK）；否则等重传计时器超时。",
        {},
        "用了 {later}。"}},
      {"segment-lost.fast",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}。{receiver} 的 {heard} 个 ACK 再次要求字节 {asked}，{sender} "
        "的内核没有等计时器超时就重新发送。",
        "缺口后面每到一个报文段，接收方就重复上一个 "
        "ACK：它只能确认到缺口为止。重复一次可能只是报文段先后颠倒；除非 tcp_reordering "
        "另有规定，第三次就算作丢失：快重传。",
        {},
        "用了 {later}。"}},
      {"segment-lost.fast-sack",
       {"{sender} 的 {lost:个报文段}（{sizes} 字节）{how}。{receiver} 的 {heard} 个 ACK 再次要求字节 {asked}，并用 "
        "SACK 说明后面已经到了哪些（{sack}）；{sender} 的内核没有等计时器超时，就重新发送了缺少的部分。",
        "ACK 只能确认到缺口为止；双方在握手时都提供了 SACK 的话，还可以说明缺口后面有什么。除非 tcp_reordering "
        "另有规定，第三次重复就算作丢失（快重传），而且只重新发送缺少的部分。",
        {},
        "用了 {later}。"}},
      {"ack-lost",
       {"{sender} 的一个 ACK（ack {acknowledged}）{how}，但什么也不需要重新发送。",
        "确认是累积的：下一个 ack {next} 就表示它之前的一切都到了。ACK 本身从不被确认，也从不重传。"}},
      {"ack-lost.repeated",
       {"{sender} 的一个 ACK（ack {acknowledged}）{how}，{peer} 的内核把已经到达的 {bytes:个字节}又发送了一次，"
        "随后再次得到确认。",
        "发送方无法区分丢失的是 ACK 还是报文段。没有后来的 ACK "
        "代替它，重传计时器就超时了。序号告诉接收方，这些字节它已经"
        "有了：于是丢弃。",
        {},
        "那是 {later} 之后。"}},
      {"ack-lost.duplicate-sack",
       {"{sender} 的一个 ACK（ack {acknowledged}）{how}，{peer} 的内核把已经到达的 {bytes:个字节}又发送了一次；"
        "应答说明它们来了两次。",
        "发送方无法区分丢失的是 ACK 还是报文段。没有后来的 ACK 代替它，重传计时器就超时了。第一个 SACK 范围在 ack "
        "号之前，说的是来了两次的数据（D-SACK）：发送方由此知道什么也没有缺。",
        {},
        "那是 {later} 之后。"}},
      {"ack-lost.fin",
       {"{sender} 对 {peer} 的 FIN 的 ACK {how}：FIN 又来了一次，并再次得到确认。",
        "没有得到确认的 FIN 像字节一样，在重传计时器超时后重传。发送方无法区分丢失的是 ACK 还是 FIN。",
        {},
        "那是 {later} 之后。"}},
      {"ack-lost.time-wait",
       {"连接的最后一个 ACK（来自 {sender}）{how}：{peer} 的 FIN 又来了一次，{sender} 的内核在 TIME-WAIT "
        "状态下作了应答。",
        "没有谁确认最后一个 ACK，所以它的发送方无法知道它到了没有。TIME-WAIT "
        "正是为此：发送它的内核记住这个连接，可以再说"
        "一遍。否则它会用 RST 应答。",
        {},
        "那是 {later} 之后。"}},
      {"ack-lost.handshake",
       {"{sender} 握手的最后一个 ACK {how}，由 {sender} 的下一个分组代替了它。",
        "除了第一个 SYN，每个分组都带有确认，而确认是累积的：第一个到达的分组就让 {peer} 的内核有了连接。"}},
      {"ack-lost.handshake-repeated",
       {"{sender} 握手的最后一个 ACK {how}：{peer} 的内核重传 SYN-ACK，{sender} 的内核再次确认。",
        "SYN-ACK 一到，connect 就返回。而另一方在 ACK 到达之前还没有连接：它约一秒后重传 SYN-ACK，之后间隔越来越长"
        "（tcp_synack_retries）。",
        {},
        "那是 {later} 之后。"}},
      {"connection-timed-out",
       {"{actor} 的 {call} 失败，错误是 ETIMEDOUT：它的内核已经放弃了与 {peer} 的连接。",
        "内核有数据要发送或者有话要问，却什么也听不到，就再试一段时间，然后放弃。没有任何分组说连接没有了，另一方可能并"
        "不"
        "知道。"}},
      {"connection-timed-out.unacknowledged",
       {"{actor} 的 {call} 失败，错误是 ETIMEDOUT：它发给 {peer} 的数据发送了 {times:次}，始终没有得到确认。",
        "内核听不到 ACK 就重传，每次等待的时间加倍；在 tcp_retries2 次重传之后（默认约一刻钟），或者在 "
        "TCP_USER_TIMEOUT "
        "之后放弃。错误等着下一次调用，而 {peer} 什么也不知道。"}},
      {"connection-timed-out.keep-alive",
       {"{actor} 的 {call} 失败，错误是 ETIMEDOUT：它设置了 SO_KEEPALIVE，内核已经放弃了与 {peer} 的连接。",
        "设置保活之后，内核会询问沉默的对端是否还在：先等 TCP_KEEPIDLE 秒，之后每隔 TCP_KEEPINTVL 秒一次，最多 "
        "TCP_KEEPCNT 次。得不到应答，就认为连接已经失效。"}},
      {"segments-reordered",
       {"{receiver} 的内核先收到 seq {early_seq}（{early}），后收到 seq {late_seq}（{late}），尽管后者先发送。",
        "缺口后面到来的数据先保留着，直到缺口补上：报文段里的序号说明每一段该放在哪里。从 TCP "
        "读取的程序永远看不到报文段先后颠倒。"}},
      {"segments-reordered.sent-again",
       {"{receiver} 的内核先收到 seq {early_seq}（{early}），后收到 seq {late_seq}（{late}），尽管后者先发送。{sender} "
        "的内核已经把它重传了一次：以为它丢失了，其实只是迟到。",
        "缺口后面到来的数据先保留着，直到缺口补上，并引起重复的 "
        "ACK。报文段无论是丢失还是迟到，这些 ACK "
        "看起来都一样：重传之前等得久一些的内核较少出错，但也更晚补上丢失的数据。"}},
      {"segment-duplicated",
       {"线路把 {data} 向 {receiver} 交付了两次（第 {line} 行），{receiver} 的内核只保留一次。",
        "报文段的序号说明它的字节已经来过：内核再次确认，然后丢弃。从 TCP 读取的程序永远不会两次看到同一个字节。"}},

      // ------------------------------------------------------------------------------------------- 分片
      {"fragments",
       {"{sender} 的 {bytes:字节}的数据报分成 {fragments:个分片}：{sizes} 字节。",
        "任何分组都不会超过链路的 MTU。UDP 不分割数据，于是由 IP 分割：只有第一个分片带有含端口号的 UDP "
        "首部，接收方内核把数据报重新拼好，然后才有人能读到它。"}},
      {"fragments.lost",
       {"{sender} 的 {bytes:字节}的数据报共 {fragments} 个分片，其中 {lost} 个{how}：{receiver} "
        "什么也没有得到，{sender} 也没有得到通知。",
        "数据报要么完整到达，要么完全不到。接收方内核把其余的分片保留一段时间（ipfrag_"
        "time），然后丢弃；没有谁会重传分片。分片越多，越可能丢失其中一个。"}},
      {"fragments.reported",
       {"{sender} 的 {bytes:字节}的数据报共 {fragments} 个分片，其中 {lost} 个{how}：{receiver} "
        "什么也没有得到。它的内核不再等待，用 ICMP“重组超时”应答。",
        "数据报要么完整到达，要么完全不到：过了 ipfrag_time，已到的部分也被丢弃。报告发给 {sender} 的内核；程序没有用 "
        "IP_RECVERR 要求的话，内核不会交给它。"}},

      // --------------------------------------------------------------------------------------- 流量与确认
      {"segmentation",
       {"{sender} 的一次 send（{bytes:字节}）分成 {segments:个报文段}发出：{sizes} 字节。",
        "{receiver} 在握手时说过，它的一个报文段最多接收 {mss} 字节（MSS）：这是它的链路的 MTU 减去 IP 和 TCP "
        "首部；设置了 TCP_MAXSEG 时可以更小。报文段在哪里结束是内核的事，接收方程序看不到。"}},
      {"segmentation.timestamps",
       {"{sender} 的一次 send（{bytes:字节}）分成 {segments:个报文段}发出：{sizes} 字节。",
        "{receiver} 在握手时说过，它的一个报文段最多接收 {mss} 字节（MSS）：这是它的链路的 MTU 减去 IP 和 TCP "
        "首部；设置了 TCP_MAXSEG 时可以更小。每个报文段里，时间戳占去其中 12 "
        "字节。报文段在哪里结束是内核的事，接收方程序看不到。"}},
      {"nagle",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）已经返回，但要等到之前的 {unacknowledged:字节}的 ACK "
        "到来，它们的字节才合成一个报文段发出。",
        "Nagle 算法：还有小报文段未被确认时，下一个小报文段就等着，使许多小的 send 不至于变成同样多的分组。TCP_NODELAY "
        "关闭它。",
        {},
        "它们等了 {later}。"}},
      {"nagle.delayed-ack",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）已经返回，但它们的字节在等之前的 {unacknowledged:字节}的 ACK，而 "
        "{receiver} 的内核推迟了这个 ACK。",
        "两种节省的办法互相等待：Nagle 算法在 ACK 到来之前不发送第二个小报文段；延迟确认在有数据可以捎带之前不发送 "
        "ACK，直到它的计时器超时。把两次 send 合成一次，或者设置 TCP_NODELAY，就能解决。",
        {},
        "它们等了 {later}。"}},
      {"nagle.fin",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）已经返回，但它们的字节是和 FIN 一起发出的：{receiver} 对之前的 "
        "{unacknowledged:字节}的 ACK 还没有到来。",
        "Nagle 算法：还有小报文段未被确认时，下一个小报文段就等着更多的字节。FIN "
        "后面不会再有字节，所以最后的字节随它立即发出。"}},
      {"cork",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）已经返回，但要等到取消 TCP_CORK，它们的字节才发出。",
        "设置了 TCP_CORK，内核只发送装满的报文段，直到取消这个选项：程序用几次 send 写下的内容可以一起上路。",
        {},
        "它们等了 {later}。"}},
      {"cork.timer",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）已经返回，但 TCP_CORK 把它们的字节扣留了一段时间。",
        "设置了 TCP_CORK，内核只发送装满的报文段。装不满的扣留到约 200 ms 的计时器超时，然后照样发出。",
        {},
        "它们等了 {later}。"}},
      {"nagle-off",
       {"{sender} 设置了 TCP_NODELAY：之前的字节还未被确认，{segments:个小报文段}（{sizes} 字节）就发出了。",
        "没有 TCP_NODELAY 的话，Nagle 算法会把它们扣留到 ACK 到来，再合在一起。有了它，小报文段不等那个 "
        "ACK，每个都带着自己的 40 字节以上的首部。"}},
      {"delayed-ack.with-data",
       {"{sender} 的 {bytes:字节}到来时，{receiver} 的内核没有确认：ACK 由 {receiver} 自己的下一个分组捎带。",
        "内核可以推迟确认，因为往往很快就有数据要发送，可以捎带它。",
        {},
        "晚了 {later}。"}},
      {"delayed-ack.with-next",
       {"{sender} 的 {bytes:字节}到来时，{receiver} 的内核没有确认：它们和下一个报文段合用一个 ACK。",
        "内核可以推迟确认，但不能太久：每两个满长的报文段就应当确认一次。",
        {},
        "晚了 {later}。"}},
      {"delayed-ack.alone",
       {"{sender} 的 {bytes:字节}到来之后过了一段时间，{receiver} 的内核才确认。",
        "内核可以推迟确认，指望有数据可以捎带它：标准规定最多半秒，在 Linux 上是 40 到 200 ms。",
        {},
        "晚了 {later}。"}},
      {"zero-window",
       {"{receiver} 的内核告诉 {sender}，它已经没有空间了（win=0）。",
        "每个 ACK 都说明还能容纳多少字节。为 0 时，对方不能再发送数据，但会不时探测情况是否有变。"}},
      {"zero-window.opened",
       {"{receiver} 的内核告诉 {sender}，它已经没有空间了（win=0）；{receiver} 读取之后，又告诉对方有空间了。",
        "每个 ACK 都说明还能容纳多少字节。为 0 "
        "时，对方不能再发送数据；而只说“又有空间了”的分组可能丢失，所以对方会不时探测（持续计时器）。",
        {},
        "用了 {later}，其间有 {probes:次探测}。"}},

      // ----------------------------------------------------------------------------------------- 数据报
      {"datagram-refused.seen",
       {"{actor} 的 {call} 失败，错误为 ECONNREFUSED：之前发送的数据报引来了 ICMP“端口不可达”。",
        "没有套接字绑定到那个端口，那边的内核就这样告知。在已连接或设置了 IP_RECVERR 的 UDP "
        "套接字上，这个错误等着下一次调用，无论是哪个调用。"}},
      {"datagram-never-refused.seen",
       {"{sender} 的 {datagrams:个数据报}到达 {receiver} 的端口时没有接收者。ICMP“端口不可达”回来了，而 {sender} "
        "的程序没有得到通知。",
        "Linux 只把这个错误交给已连接的 UDP 套接字，或者用 IP_RECVERR "
        "要求过它的套接字：在别的套接字上，它说不清是哪一个接收者。内核限制自己发送多少 ICMP "
        "报文（icmp_ratelimit），所以未必每个数据报都有一个。"}},
      {"datagram-never-refused.answer-lost",
       {"{sender} 的 {datagrams:个数据报}到达 {receiver} 的端口时没有接收者。ICMP“端口不可达”在返回途中丢失，{sender} "
        "没有得到通知。",
        "这个套接字已连接，所以它的下一个调用本来会失败，错误为 ECONNREFUSED。但 ICMP 和别的内容一样由 IP "
        "传送，没有谁会重发它：没有错误到来，并不说明那里有接收者。"}},
      {"datagram-never-refused.other-peer",
       {"{sender} 的 {datagrams:个数据报}到达 {receiver} 的端口时，那里有套接字，但它已连接，不接收从那里来的数据报；"
        "{sender} 没有得到通知。",
        "已连接的 UDP "
        "套接字只接收对端发来的数据报，地址和端口都必须相符。对其他发送者来说，那个端口上没有接收者：内核用 "
        "ICMP“端口不可达”应答。"}},
      {"datagrams-reordered.kept-back",
       {"{receiver} 先收到 {early}，后收到 {late}，尽管后者先发送：线路扣留了它（第 {line} 行）。",
        "在真实的网络里，两个分组可能走不同的路。UDP "
        "保持每个数据报完整，但不保证它们的顺序：在意的程序必须给它们编号。"}},
      {"datagram-duplicated.by-rule",
       {"{receiver} 不止一次收到 {sender} 的 {data}，尽管它只发送了一次：线路把它交付了两次（第 {line} 行）。",
        "网络可能把一个分组交付两次。UDP 不会察觉：在意的程序必须给数据报编号。"}},
  };
}

}  // namespace wirelab::explain
