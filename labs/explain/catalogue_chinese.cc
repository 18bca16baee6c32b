#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries chinese_of_calls() {
  return {
      // ------------------------------------------------------------------------------------------- 连接
      {"handshake-before-accept",
       {"{client} 的 connect 已经返回，{server} 才调用 accept。",
        "三次握手由监听套接字所在的内核独自完成，完成的连接放进 listen 建立的队列；accept 只是把它从队列里取出来。"}},
      {"handshake-before-accept.queued",
       {"{server} 的 accept 取到了 {client} 的一个已完成的连接。",
        "三次握手由监听套接字所在的内核独自完成，完成的连接放进 listen 建立的队列；accept 只是把它从队列里取出来。"}},
      {"handshake-before-accept.connected",
       {"{client} 的 connect 已经返回：双方内核已完成三次握手。",
        "握手由监听套接字所在的内核独自完成。{server} 是否已经调用 accept，或者会不会调用，从这一边看不出来。"}},
      {"accept-asleep",
       {"{server} 阻塞在 accept 中，直到 {client} 的连接到来。",
        "队列里没有已完成的连接时，accept 一直阻塞；一有连接，内核就唤醒调用者。"}},
      {"never-accepted",
       {"{client} 连上了 {server}，但 {server} 始终没有 accept 这个连接。",
        "握手完成只说明对方内核的队列里有了这个连接，并不说明对方程序知道它。监听套接字关闭时，仍在队列中的连接会被复位"
        "。"}},
      {"connect-asleep",
       {"{client} 阻塞在到 {server} 的 connect 中，其间别的一切都没有动静。",
        "connect 一直阻塞到握手完成。SYN 得不到应答就会重传，第一次重传约在一秒之后。"}},
      {"connect-asleep.queue-full",
       {"{client} 阻塞在 connect 中：{server} 用 listen({backlog}) 建立的队列里有 {waiting:个已完成的连接}在等待。",
        "Linux 允许排队的连接比 backlog 多一个。队列满时，新来的 SYN "
        "被丢弃；客户端内核约一秒后重传，时间久了间隔越来越长。"}},
      {"connect-refused",
       {"{client} 的 connect 失败，错误为 ECONNREFUSED。",
        "那个端口上没有套接字在监听，所以那边的内核用 RST 应答了 SYN。"}},
      {"connect-refused.no-listen",
       {"{client} 的 connect 失败，错误为 ECONNREFUSED：{server} 从未调用 listen。",
        "端口上没有套接字在监听时，内核用 RST 应答 SYN。仅有 bind 并不能让端口接受连接。"}},
      {"connect-refused.too-early",
       {"{client} 的 connect 失败，错误为 ECONNREFUSED：{server} 后来才调用 listen。",
        "发往无人监听的端口的 SYN 立即得到 RST 应答，不会等到有人来监听。"}},
      {"connect-refused.closed",
       {"{client} 的 connect 失败，错误为 ECONNREFUSED：那时 {server} 的监听套接字已经关闭。",
        "监听套接字一关闭，端口就不再接受连接：内核用 RST 应答发来的 SYN。"}},
      {"connect-refused.other-port",
       {"{client} 到端口 {port} 的 connect 失败，错误为 ECONNREFUSED：{server} 监听的是端口 {listening}。",
        "内核按端口号寻找监听套接字。发往其他端口的 SYN 得到 RST 应答。"}},
      {"connect-unanswered",
       {"{client} 的 connect 失败，错误为 ETIMEDOUT。",
        "无论内核重传多少次（tcp_syn_retries），SYN 都没有得到任何应答。被拒绝也算是一种应答。"}},

      // ----------------------------------------------------------------------------------------- 字节流
      {"coalesced-recv",
       {"{sender} 的 {sends:次 send}（{sizes} 字节）由一次 {bytes:字节}的 recv 一起取出：{data}。",
        "TCP 传输的是字节流：它保持字节的顺序，不保持各次 send "
        "之间的边界。接收缓冲区里等着的字节会一起取出来，俗称“粘包”。"}},
      {"coalesced-recv.partly",
       {"{receiver} 的一次 recv 取得 {bytes:字节}，它们来自 {sender} 的 {sends:次 "
        "send}（{sizes}）：{data}。其中并非每一次都完整。",
        "TCP 传输的是字节流：它保持字节的顺序，不保持各次 send 之间的边界。一次 recv "
        "在哪里结束，取决于它给出的空间和缓冲区里现有的字节。"}},
      {"coalesced-recv.unknown",
       {"{receiver} 的一次 recv 取得 {bytes:字节}。它们来自 {sender} 的几次 send，从这一边看不出来。",
        "TCP 传输的是字节流：它保持字节的顺序，不保持各次 send 之间的边界。接收缓冲区里等着的字节会一起取出来，"
        "只要给出的空间放得下。"}},
      {"nodelay-keeps-no-boundaries",
       {"{sender} 设置了 TCP_NODELAY，但 {sends:次 send} 仍由一次 recv 一起取出。",
        "TCP_NODELAY 只是让发送方内核不再扣留小报文段。到了接收方，这些字节依旧一个挨一个地排着。"}},
      {"split-send",
       {"{sender} 的一次 send（{bytes:字节}）由 {receiver} 的 {recvs:次 recv} 取出：{sizes} 字节。",
        "recv 有多少取多少，且不超过它给出的空间；剩下的和后来的留给下一次 recv。"}},
      {"split-send.cut",
       {"{sender} 的一次 send（{bytes:字节}）分成 {pieces:段}交给内核，由 {receiver} 的 {recvs:次 recv} 取出：{sizes} "
        "字节。",
        "recv 有多少取多少，且不超过它给出的空间；剩下的和后来的留给下一次 recv。"}},
      {"short-recv",
       {"{receiver} 的 recv 取走 {bytes:字节}之后，内核缓冲区里还有 {left:字节}在等待。",
        "recv 返回的字节数不超过它给出的空间。其余的并未丢失：它们留在接收缓冲区里，等下一次 recv。"}},
      {"recv-loop",
       {"{receiver} 调用了 {recvs:次} recv 才取得 {bytes:字节}：{sizes}。",
        "一次 recv "
        "不一定取得想要的全部。程序若需要一定数目的字节，或者直到某个标记为止的全部字节，就必须循环调用它。"}},
      {"send-buffered",
       {"{sender} 的 send 已经返回，{receiver} 才调用取走这些字节的 recv。",
        "内核把字节收进发送缓冲区，send 就返回。它并不表示对方程序已经读到，也不表示将来一定会读到。"}},
      {"send-buffered.before-accept",
       {"{sender} 的 send 已经返回，{receiver} 才调用 accept。",
        "握手一完成，双方内核就有了连接。在对方程序知道它之前，内核就会为它把字节收进缓冲区。"}},
      {"send-buffered.unknown",
       {"{sender} 的 send 已经返回：内核收下了这些字节。",
        "内核把字节收进发送缓冲区，send 就返回。它并不表示 {receiver} 已经读到，也不表示将来一定会读到。"}},
      {"send-asleep",
       {"{sender} 阻塞在 send 中。",
        "发送缓冲区没有空间时，阻塞式的 send "
        "就睡眠：字节在得到确认之前一直留在那里。对方不读，那边的接收缓冲区就会满，通告窗口随之关闭，这边什么也发不出去"
        "。"}},
      {"send-asleep.acknowledged",
       {"{sender} 阻塞在 send 中，直到它之前发送的字节得到确认。",
        "发送缓冲区没有空间时，阻塞式的 send "
        "就睡眠。字节可能需要重传，所以在得到确认之前一直留在缓冲区里。其间 {receiver} "
        "的内核始终还有空间：让这次 send 停下来的不是流量控制。"}},
      {"send-asleep.woken",
       {"{sender} 阻塞在 send 中，直到 {receiver} 读取了数据。",
        "发送缓冲区没有空间时，阻塞式的 send "
        "就睡眠。读取使接收缓冲区腾出空间，窗口随之打开，发送方的缓冲区得以排空：这就是流量控制。"}},
      {"short-send",
       {"{sender} 的一次 send 只收下了交给它的一部分。",
        "send 返回它收下的字节数，这可能少于所要求的。其余的必须再发：用循环。"}},
      {"recv-woken",
       {"{receiver} 阻塞在 recv 中，直到 {sender} 的字节到来。",
        "缓冲区为空时，阻塞式的 recv 就睡眠；有字节到来、流结束或者出错时，内核唤醒它。"}},
      {"recv-woken.all",
       {"{receiver} 阻塞在带 MSG_WAITALL 的 recv 中，直到它要的 {bytes:字节}全部从 {sender} 到来。",
        "有了 MSG_WAITALL，recv 一直等到它给出的空间填满，无论要经过多少报文段和多少次 "
        "send。只有流结束、出错或者收到信号，才会使它只取得一部分就返回。"}},

      // ------------------------------------------------------------------------------------------- 关闭
      {"end-of-file",
       {"{receiver} 的 recv 返回 0：{peer} 不再发送，它之前发送的也已全部读完。",
        "recv 用 0 表示流的结束。对方程序是关闭了套接字，是关闭了写方向，还是已经结束，从这一边看不出来。"}},
      {"end-of-file.close",
       {"{receiver} 的 recv 返回 0：{peer} 已经关闭，它之前发送的也已全部读完。",
        "recv 用 0 表示流的结束。这既不是错误，也不是空消息：以后再也不会有数据到来。"}},
      {"end-of-file.shutdown",
       {"{receiver} 的 recv 返回 0：{peer} 已经关闭写方向，它之前发送的也已全部读完。",
        "shutdown 与 close 一样，用 FIN 结束一个方向，recv 返回 0 就是告知这一点。另一个方向要由它自己的 FIN "
        "来结束。"}},
      {"end-of-file.exit",
       {"{receiver} 的 recv 返回 0：{peer} 已经结束，它的内核关闭了它的套接字。",
        "进程结束时，它打开的一切都会被关闭。对端看不出这与 close 有什么区别。"}},
      {"end-of-file.after-reset",
       {"{receiver} 的 recv 在一个已经失败的连接上返回 0。",
        "错误只报告一次。此后这个套接字上的 recv 报告结束；与 {peer} 的连接已经不在了。"}},
      {"end-of-file.own-shutdown",
       {"{receiver} 的 recv 返回 0，因为 {receiver} 自己关闭了读方向。",
        "用 shutdown 关闭读方向之后，recv 在缓冲区里找不到数据时不再等待，而是返回 0。"}},
      {"half-close",
       {"{actor} 已经关闭写方向，仍然收到了 {peer} 此后发送的 {bytes:字节}。",
        "一个 TCP 连接是两个流，每个方向一个。FIN 只结束发送它的那个方向；另一个方向继续，直到它自己的 "
        "FIN：这叫半关闭。"}},
      {"shutdown-read",
       {"{actor} 已经关闭读方向，recv 仍然取得了 {peer} 此后发送的字节。",
        "用 shutdown 关闭读方向，不会向对端发送任何东西。Linux 照旧收下到来的数据，recv 也照旧交出来。"}},
      {"reset",
       {"{actor} 的 {call} 失败，错误为 ECONNRESET：与 {peer} 的连接被复位。",
        "对端的 RST 立即结束整个连接，两个方向都结束；这边的下一次调用报告此事。"}},
      {"reset.aborted",
       {"{actor} 的 {call} 失败，错误为 ECONNRESET：{peer} 中止了连接。",
        "SO_LINGER 设为 0 秒时，close 会丢弃尚未发送的数据，并且发送 RST 而不是 FIN。"}},
      {"reset.unread",
       {"{actor} 的 {call} 失败，错误为 ECONNRESET：{peer} 的套接字关闭时，里面还有未读的字节。",
        "关闭一个还有未读字节的 TCP 套接字，这些字节就被丢弃。为了不让发送方以为它们已被读取，内核发送 RST 而不是 "
        "FIN。"}},
      {"reset.answered",
       {"{actor} 的 {call} 失败，错误为 ECONNRESET：{peer} 的套接字已经关闭，它的内核用 RST 应答了后来到达的报文段。",
        "套接字关闭时 {peer} 的内核就发送过 RST，但没有到达的 RST 没有谁会重传。"
        "发给内核所不知道的连接的报文段，会得到另一个 RST 作为应答。"}},
      {"reset.never-accepted",
       {"{actor} 的 {call} 失败，错误为 ECONNRESET：{peer} 的监听套接字在 accept 这个连接之前就关闭了。",
        "等待 accept 的连接属于监听套接字。它一关闭，内核就把这些连接复位。"}},
      {"closed-unread",
       {"{actor} 的套接字关闭时，{peer} 发来的 {bytes:字节}还未读取：它的内核发送了 RST 而不是 FIN。",
        "内核丢弃未读的字节。如果发送 FIN，发送方就会以为它们已经被读取。"}},
      {"sent-to-closed",
       {"{actor} 向 {peer} 已经关闭的套接字发送了 {bytes:字节}：{peer} 的内核用 RST 应答。",
        "FIN 表示对端不再发送，并不表示它不再读取，所以 send 照常收下字节。那边已没有程序来读时，内核用 RST "
        "应答。FIN 之后无论再来什么，recv 都返回 0；要到下一次 send 才以 EPIPE 得知这个 RST。"}},
      {"broken-pipe",
       {"{actor} 的 send 失败，错误为 EPIPE。",
        "这个套接字没有可以发送字节的连接。不用 MSG_NOSIGNAL 的话，这次调用会引发 SIGPIPE "
        "信号，没有处理它的程序就此结束。"}},
      {"broken-pipe.own-shutdown",
       {"{actor} 的 send 失败，错误为 EPIPE：{actor} 自己关闭了写方向。",
        "发出自己的 FIN 之后，一方就不能再发送了。不用 MSG_NOSIGNAL 的话，这次调用会引发 SIGPIPE "
        "信号，没有处理它的程序就此结束。"}},
      {"broken-pipe.datagram",
       {"{actor} 的 {call} 失败，错误为 EPIPE：{actor} 自己关闭了写方向。",
        "对数据报套接字的 shutdown 只是程序与自己的内核之间的事：UDP 没有 FIN，没有别人得到通知。"}},
      {"broken-pipe.peer-gone",
       {"{actor} 的 send 失败，错误为 EPIPE：{peer} 已经关闭，连接已被复位。",
        "复位之后就没有可以发送字节的连接了。不用 MSG_NOSIGNAL 的话，这次调用会引发 SIGPIPE "
        "信号，没有处理它的程序就此结束。"}},
      {"time-wait",
       {"{actor} 先结束了自己的方向：它的内核让与 {peer} 的连接停留在 TIME-WAIT 状态。",
        "先发送 FIN 的一方必须能够重发最后的 ACK，旧的报文段也要有时间消失：Linux 等待 60 "
        "秒。先关闭的服务器因此占住了自己的端口，除非设置了 SO_REUSEADDR。"}},
      {"time-wait.both",
       {"两个 FIN 同时在途中：{client} 和 {server} 都让连接停留在 TIME-WAIT 状态。",
        "同时关闭时，每一方都确认了对方的 FIN，而且都可能需要再确认一次。"}},
      {"time-wait.nobody",
       {"{client} 与 {server} 的连接以复位告终：双方都没有让它停留在 TIME-WAIT 状态。",
        "TIME-WAIT 属于用两个 FIN 有序结束的连接。RST 不需要确认，什么也不会留下。"}},
      {"closed-by-exit",
       {"{actor} 结束时，与 {peer} 的连接还开着：它的内核关闭了它。",
        "进程结束时，它打开的一切都会被关闭。忘记 close 的脚本最终也会结束它的连接，只是要等到那时。"}},

      // ----------------------------------------------------------------------------------------- 数据报
      {"datagram-boundaries",
       {"{receiver} 读取了 {datagrams:个数据报}（{sizes} 字节），每次调用一个。",
        "UDP 保持边界：一次调用取一个数据报，与发送时一样；即使有几个在等待，缓冲区也容得下全部，也是如此。"}},
      {"datagram-truncated",
       {"{sender} 发来的 {full:字节}的数据报，{receiver} 读取时只给了 {bytes} 字节的空间：其中 {lost:字节}就此丢失。",
        "一次调用取一个数据报，放不下的部分被丢弃：不会留给下一次调用。唯一的迹象是 MSG_TRUNC 标志。"}},
      {"empty-datagram",
       {"{receiver} 的 {call} 返回 0：这是 {sender} 发来的 0 字节的数据报。",
        "数据报可以是空的。这里的 0 不表示任何东西的结束：UDP 没有可以结束的连接。"}},
      {"datagram-woke",
       {"{receiver} 阻塞在 {call} 中，直到 {sender} 的数据报到来。",
        "缓冲区为空时，阻塞式的接收调用就睡眠；下一个数据报到来时，内核唤醒它。"}},
      {"datagrams-lost.rule",
       {"从 {sender} 到 {receiver} 的 {due:个数据报}中，有 {lost} 个被第 {line} 行的规则丢弃；第一个是 {first}。",
        "UDP 既不重传丢失的数据报，也不报告丢失：每次 send "
        "都照常返回。需要知道的程序必须给数据报编号、应答，并且重发。"}},
      {"datagrams-lost.loss",
       {"从 {sender} 到 {receiver} 的 {due:个数据报}中，有 {lost} 个在途中丢失；第一个是 {first}。",
        "UDP 既不重传丢失的数据报，也不报告丢失：每次 send "
        "都照常返回。需要知道的程序必须给数据报编号、应答，并且重发。"}},
      {"datagrams-lost.overrun",
       {"从 {sender} 到 {receiver} 的 {due:个数据报}中，有 {lost} 个到达时接收缓冲区已满；第一个是 {first}。",
        "UDP "
        "里没有任何机制让发送方等待。接收缓冲区满时到来的数据报被接收方内核丢弃，两边的程序都得不到通知。缓冲区的大小由"
        " SO_RCVBUF 设定；每个数据报除了自己的字节，还要占去内核为它记录的部分，所以几个小数据报就可能占满。"}},
      {"datagrams-lost.unknown",
       {"{sender} 的 {call} 返回 {bytes}。数据报是否会到达 {receiver}，从这一边看不出来。",
        "UDP 既不重传丢失的数据报，也不报告丢失：每次 send "
        "都照常返回。需要知道的程序必须给数据报编号、应答，并且重发。"}},
      {"datagram-refused",
       {"{actor} 的 {call} 失败，错误为 ECONNREFUSED：之前发送的数据报到达的端口上没有接收者。",
        "对方内核用 ICMP“端口不可达”应答了它。在已连接或设置了 IP_RECVERR 的 UDP "
        "套接字上，这个错误等着下一次调用，无论是哪个调用。"}},
      {"datagram-never-refused",
       {"{sender} 的 {datagrams:个数据报}到达 {receiver} 的端口时没有接收者，而 {sender} 没有得到通知。",
        "对方内核用 ICMP“端口不可达”应答，但 Linux 只把这个错误交给已连接的 UDP 套接字，或者用 IP_RECVERR "
        "要求过它的套接字。"}},
      {"datagrams-unread",
       {"已经交付给 {receiver} 的 {datagrams:个数据报}始终没有被读取。",
        "交付的数据报在套接字的接收缓冲区里等待。套接字关闭时它们随之消失，发送方永远不会得知。"}},
      {"datagrams-reordered",
       {"{receiver} 先收到 {early}，后收到 {late}，尽管后者先发送。", "UDP 保持每个数据报完整，但不保证它们的顺序。"}},
      {"datagram-duplicated",
       {"{receiver} 不止一次收到 {sender} 的 {data}，尽管它只发送了一次。",
        "网络可能把一个数据报交付两次。UDP 不会察觉：在意的程序必须给它们编号。"}},
      {"broadcast.everyone",
       {"{sender} 发给所有主机的一个数据报被 {hosts:台主机}听到：{names}。",
        "广播只为网络中的所有主机发送一次，一个帧放得下时就只有一个帧。得到它的内核把一份副本放进每个绑定到该端口、且绑"
        "定到任意地址的套接字"
        "。"}},
      {"broadcast.all-nodes",
       {"{sender} 发给所有主机的一个数据报被 {hosts:台主机}听到：{names}。",
        "IPv6 没有广播。发给所有主机的内容发给所有节点的组 "
        "ff02::"
        "1，每台主机不必加入就在其中。它只发送一次；得到它的内核把一份副本放进每个绑定到该端口、且绑定到任意地址的"
        "套接字。"}},
      {"broadcast.group",
       {"{sender} 发给组 {to} 的一个数据报被 {hosts:台主机}听到：{names}。",
        "组是一个不属于任何主机的地址。发给它的内容只发送一次，一个帧放得下时就只有一个帧，加入了该组的主机都会收下它；"
        "发送方不必是成员，也不必设置"
        "任何选项。"}},
      {"broadcast.stayed",
       {"{sender} 发给 {to} 的一个数据报没有离开主机：{option} 为 0。",
        "发送方自己的主机是成员，所以内核给它一份副本。然后内核查看数据报可以到达多少个网络，为 0 "
        "时就没有帧：别的主机什么也得不到。"}},
      {"broadcast.stayed-unheard",
       {"{sender} 发给 {to} 的一个数据报没有离开主机：{option} 为 0。",
        "发送方自己的主机是成员。在那里，内核查看数据报可以到达多少个网络，为 0 时就没有帧。由于 IP_MULTICAST_LOOP "
        "也为 "
        "0，这台主机也没有副本：谁都得不到它。"}},
      {"broadcast-limit",
       {"{sender} 发给 {to} 的一个数据报离开了主机，尽管 {option} 为 0。",
        "为 0 时，数据报应当留在自己的主机上。但 Linux 只在两种情况下查看它：在 IPv4 上，这台主机自己是该组的成员；在 "
        "IPv6 上，这台主机要得到一份副本。得到帧的主机也不查看它：它是给路由器递减用的。"}},
      {"broadcast.nobody",
       {"{sender} 发给 {to} 的一个数据报没有人听到。",
        "sendto 成功了，因为它表示已被内核取走，而不是已经到达。对于发给多方的数据报，没有内核会用 ICMP"
        "“端口不可达”应答，所以没有人得到通知。"}},
      {"broadcast.unknown",
       {"{sender} 的一个数据报发给了 {to}。谁听到了它，从这一方无法得知。",
        "对于发给多方的数据报，没有内核会拒绝，也没有什么会确认：只有回答才能说明有人听到了。"}},
      {"broadcast-lost.rule",
       {"{sender} 发给多方的一个数据报被第 {line} 行的规则丢弃：别的主机都没有得到它。",
        "它只为大家发送一次。在交给别的主机之前丢失，它们就都没有它；而 sendto "
        "照样返回成功。发送方自己主机的副本不经过线路。"}},
      {"broadcast-lost.chance",
       {"{sender} 发给多方的一个数据报在途中丢失：别的主机都没有得到它。",
        "它只为大家发送一次。在交给别的主机之前丢失，它们就都没有它；而 sendto "
        "照样返回成功。发送方自己主机的副本不经过线路。"}},
      {"broadcast-lost.copy",
       {"{sender} 发给多方的一个数据报，给 {names} 的副本被第 {line} 行的规则丢弃。",
        "每台主机经由自己的线缆得到一份副本。丢失的那一份只在那里缺少，别人都不会察觉：发送方不会，其他接收方也不会"
        "。"}},
      {"broadcast-lost.fragment",
       {"{sender} 发给多方的一个数据报，给 {names} 的副本有一个分片被第 {line} 行的规则丢弃。",
        "每台主机经由自己的线缆得到每个分片的一份副本，而数据报要么完整到达，要么根本不到：缺少一个分片，它在那里就丢失"
        "了。分片的箭头看不出是哪一个。"}},
      {"broadcast-echo",
       {"{sender} 听到了自己的数据报。",
        "发给多方的数据报也会回到发送方自己的主机，那里的套接字和别处一样听到它。在同一端口上既提问又倾听的程序，读到自"
        "己的问题时必须认得它。"}},
      {"broadcast-unheard.port",
       {"{listener} 没有听到 {sender}：它绑定到端口 {bound}，而数据报是发给端口 {port} 的。",
        "发给多方的数据报只发给每台主机的一个端口。在该端口上没有套接字的主机丢弃它，并且什么也不说。"}},
      {"broadcast-unheard.own-address",
       {"{listener} 没有听到 {sender}：它绑定到了自己的地址。",
        "绑定到一个地址的套接字只听到发给这个地址的数据报，而这个数据报发给了另一个地址。要听到广播和组播，应绑定到任意"
        "地址。"}},
      {"broadcast-unheard.connected",
       {"{listener} 没有听到 {sender}：它的套接字已连接。",
        "已连接的 UDP 套接字，两端都已确定：它只接收对端发到它自己地址的数据报。发给多方的，它听不到。"}},
      {"broadcast-unheard.own",
       {"{sender} 没有听到自己的数据报：{option} 为 0。",
        "发给组的数据报也会回到发送方自己的主机，只要这台主机是成员，除非发送它的套接字把这个选项设为 "
        "0。对别的主机没有影响。"}},
      {"broadcast-unheard.not-joined",
       {"{listener} 没有听到 {sender}：它的主机上没有谁加入 {group}。",
        "帧会到达网络中的每一台主机。只有当某个套接字是成员（IP_ADD_MEMBERSHIP）时，内核才收下发给该组的内容。"}},
      {"group.joined",
       {"{actor} 加入了组 {group}。",
        "从现在起，它的内核收下发给这个地址的内容。内核还用 IGMP "
        "告诉路由器，让它们从别的网络转发过来；在同一个网络里，没有谁需要知道。"}},
      {"group.left",
       {"{actor} 离开了组 {group}。",
        "从现在起，只有当另一个套接字仍是成员时，它的内核才收下发给这个地址的内容。关闭套接字就离开了它的所有组。"}},
      {"answers-together",
       {"在 {receiver} 读第一个回答之前，对它的一个数据报的 {answers:个回答}已经到达。",
        "听到问题的主机立刻回答，其他主机也一样。回答在同一个接收缓冲区里等待，顺序没有任何保证，提问者也不知道会有多少"
        "个：只有对等待加以限制才能结束。"}},
      {"answers-together.lost",
       {"在 {receiver} 读第一个回答之前，对它的一个数据报有 {answers:个回答}到来；其中 {lost} 个遇到接收缓冲区已满。",
        "听到问题的主机立刻回答，其他主机也一样。缓冲区放不下的被丢弃，双方都得不到通知。可以要求各方随机推迟回答，可以"
        "及早读取，也可以把缓冲区设得更大。"}},

      // ------------------------------------------------------------------------------------------- 分帧
      {"framing-restored",
       {"{receiver} 的 {recvs:次 recv}（{sizes} 字节）还原成 {messages:条消息}，每条都与 {sender} 发送时相同。",
        "recv 在现有的字节用完处结束，消息在分帧规定的地方结束。解码器保留不完整的部分，直到其余的到来。"}},
      {"framing-restored.decoded",
       {"{receiver} 的 {recvs:次 recv}（{sizes} 字节）还原成 {messages:条消息}。",
        "recv 在现有的字节用完处结束，消息在分帧规定的地方结束。解码器保留不完整的部分，直到其余的到来。"}},
      {"framing-restored.and-more",
       {"{receiver} 的 {recvs:次 recv}（{sizes} 字节）取得 {sender} 的 {messages:条消息}，后面的 "
        "{rest:字节}没有成为消息。",
        "recv 在现有的字节用完处结束，消息在分帧规定的地方结束。解码器把消息后面的字节留给下一条消息。"}},
      {"delimiter-cut",
       {"{receiver} 的一次 recv 结束在分隔符 {delimiter} 的中间：{length} 个字节只到了 {bytes} 个。",
        "TCP 不知道什么是分隔符：它可能分成两部分到来。只在每次 recv 的结果里寻找分隔符的解码器会漏掉它。"}},
      {"message-cut",
       {"消息 {message} 经 {recvs:次 recv} 才到达 {receiver}。",
        "TCP 不知道什么是消息：recv 可能结束在一条消息的中间。不完整的部分必须保留，直到其余的到来。"}},
      {"message-cut.prefix",
       {"{receiver} 的一次 recv 结束在 {message} 的长度前缀中间：{length} 个字节只到了 {bytes} 个。",
        "连长度前缀也可能分成两部分到来。只有它的字节全部到齐，才知道后面还有多少。"}},
      {"delimiter-in-payload",
       {"{sender} 把 {message} 作为一条消息发送，{receiver} 却从中取出了 {messages:条消息}。",
        "数据里也有分隔符 {delimiter}，没有什么能把两者区分开。在它前面加转义符，或者改用长度前缀，就能区分。"}},
      {"delimiter-in-payload.escaped",
       {"{sender} 的 {message} 中含有分隔符 {delimiter}，{receiver} 仍把它作为一条消息收到。",
        "发送方分帧时在它前面加了转义符 {escape}；接收方去掉转义符，并不在那里结束消息。"}},
      {"message-too-long",
       {"{actor} 拒绝了一条会超过 {limit:字节}的消息。",
        "消息有多长由发送方说了算，而发送方可能出错，也可能怀有恶意。如果不在分配内存之前检查上限，它就可能耗尽接收方的"
        "内存。"}},
      {"message-too-long.sent",
       {"{actor} 没有发送一条超过 {limit:字节}的消息。", "它自己的分帧不允许更长的消息（max_message）。"}},
      {"message-too-long.prefix",
       {"{actor} 没有发送一条超过 {limit:字节}的消息。",
        "{length:字节}的长度前缀写不下更大的长度。如果只写下放得进去的那一部分，接收方就会把其余的当作下一条消息。"}},
      {"message-truncated",
       {"{receiver} 还没有得到一条完整的消息，流就结束了。",
        "流的结束表示不会再有数据，并不表示一切都已到来。在这里，只有分帧能看出缺了一部分。"}},
      {"message-truncated.bytes",
       {"流结束了，而 {receiver} 手里的 {bytes:字节}不是一条完整的消息。",
        "流的结束表示不会再有数据，并不表示一切都已到来。只有分帧能看出这不是消息：缺了一部分，或者这些字节本来就不该在"
        "这里。"}},
      {"message-truncated.recv",
       {"{receiver} 还没有得到它要的全部，流就结束了：只到了 {bytes:字节}。",
        "流的结束表示不会再有数据，并不表示一切都已到来。知道应有多少的程序必须自己计数。"}},
      {"framing-mismatch",
       {"{sender} 用 {{{ours}}} 把消息放进流里，{receiver} 却用 {{{theirs}}} 取出消息。",
        "分帧是两个程序之间的约定。无论如何 TCP 都照样传送字节；它们是什么意思，只有两端知道。"}},

      // ------------------------------------------------------------------------------------------- 文件
      {"file-without-size",
       {"流结束了，{receiver} 把到来的 {bytes:字节}当作整个 {file}。",
        "对方关闭以后 recv 返回 0。中途终止的程序，内核也会替它关闭：事先没有说明大小、末尾又没有标记时，半个文件看起来"
        "就像一个完整的文件。"}},
      {"file-without-size.reset",
       {"{receiver} 正在接收 {file} 时连接被复位：到了 {bytes:字节}。",
        "复位说明文件被截断，却不说明还缺多少：没有人说过它有多长。"}},
      {"file-whole",
       {"{receiver} 得到了 {file} 所承诺的全部 {bytes:字节}，不再往下读。",
        "先说明大小，就知道文件在流的什么地方结束，流本身不必结束：同一个连接上还可以接着传送应答、散列值或下一个文件"
        "。"}},
      {"file-whole.read-before",
       {"{receiver} 得到了 {file} 所承诺的全部 {bytes:字节}，是从先前已经读取的字节里取出的。",
        "recv 取走已到的字节，不知道什么是文件。先说明的大小指出文件在哪里结束；多读的字节留给后面的内容。"}},
      {"file-cut-short",
       {"流结束时，{file} 所承诺的 {promised:字节}中 {receiver} 只有 {bytes:字节}。",
        "对 TCP 来说这是普通的结束：recv 返回 0，没有错误。程序事先知道会来多少，并且自己计数，才发现缺了一部分。"}},
      {"file-cut-short.reset",
       {"连接被复位时，{file} 所承诺的 {promised:字节}中 {receiver} 只有 {bytes:字节}。",
        "recv 失败，错误为 ECONNRESET。此前到来的字节完好无损，值得保留：其余的可以通过另一个连接发送。"}},
      {"file-cut-short.timeout",
       {"{receiver} 不再等待时，{file} 所承诺的 {promised:字节}中它只有 {bytes:字节}。",
        "对方不再说话，不一定是关闭了：它的主机也许已经不在。只有给等待设定期限才能发现。"}},
      {"file-resumed",
       {"{receiver} 已有 {file} 的 {had:字节}，又在后面接上了 {more:字节}。",
        "到了多少，只有接收方知道：send 取走的字节可能在路上或缓冲区里丢失。发送方要从那里继续，就必须由接收方"
        "告诉它。"}},
      {"file-resumed.differs",
       {"{receiver} 已有 {file} 的 {had:字节}，又在后面接上了 {more:字节}，合起来却不是 {sender} 说出其 SHA-256 "
        "的内容。",
        "字节数是对的。可见原有的字节不是那个文件的开头，或者接上的字节不是从那里继续的：从哪里开始、是哪个文件，双方必"
        "须"
        "取得一致。"}},
      {"file-hash",
       {"{sender} 说出的 SHA-256 以 {told} 开头，{receiver} 的 {file} 的 SHA-256 与它相同。",
        "还没有人找到两个 SHA-256 相同的不同文件：这 {bytes:字节}正是 {sender} 所指的。"}},
      {"file-hash.differs",
       {"{sender} 说出的 SHA-256 以 {told} 开头，{receiver} 的 {file} 的 SHA-256 却以 {found} 开头。",
        "{file} 的字节数与应有的相同（{bytes}），却不是 {sender} 所指的那些字节。大小只说明有多少字节，TCP "
        "只保证收到的与"
        "发出的相同；发出的究竟是什么，只有散列值能说明。"}},
      {"file-hash.differs-without-size",
       {"{sender} 说出的 SHA-256 以 {told} 开头，{receiver} 的 {file} 的 SHA-256 却以 {found} 开头。",
        "{file} 的这 {bytes:字节}不是 {sender} 所指的那些字节。是缺了一部分，还是来了别的字节，散列值不能说明：应有多少"
        "字节，没有人说过。"}},
      {"file-hash.unread",
       {"{sender} 发送的 SHA-256 有 64 位，{receiver} 只读取了其中的 {digits} 位。",
        "散列值要完整才能比较。它的各位数字在流里从哪里开始、到哪里结束，这些字节本身并不说明：接收方必须从前面的内容得"
        "知。"}},

      // ------------------------------------------------------------------------------------- 用休眠隔开
      {"sleep-seemed-to-work",
       {"{sender} 在 {sends} 次 send 之间休眠，于是每次都由单独的一次 recv 取出。",
        "只是 {receiver} "
        "恰好在下一批字节到来之前读取了。没有任何东西保证这一点：读得晚些的程序会一起取出它们，无论休眠多久。"}},
      {"sleep-defeated",
       {"{sender} 在各次 send 之间休眠，其中 {sends} 次仍由一次 {bytes:字节}的 recv 一起取出。",
        "发送方休眠多久，与 {receiver} 什么时候读取毫无关系。recv 来取的时候已经到来的字节，一起躺在缓冲区里。"}},
      {"sleep-defeated.together",
       {"{sender} 在各次 send 之间休眠，其中 {sends} 次仍由一次 {bytes:字节}的 recv 一起取出：不同 send "
        "的字节是在同一个报文段里到来的。",
        "字节什么时候发出，由发送方内核决定，与程序停顿多久无关：需要等待确认（Nagle 算法）或者等待空间的字节，会一起发"
        "出。"}},
      {"sleep-cost",
       {"{sender} 的 {sends} 次 send 之间有 {sleeps:次休眠}，总共 {total}。",
        "无论需要与否，每次都要付出停顿的代价；在较慢的机器上，它还可能太短。分隔符或长度前缀只花几个字节，而且不依赖时"
        "间。"}},

      // ------------------------------------------------------------------------------------------- 失败
      {"address-in-use",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：它的端口被占用。",
        "一个端口只有一个主人：绑定到它的另一个套接字，或者它的某个尚未终结的连接，哪怕只是处于 "
        "TIME-WAIT。针对连接，可以在旧套接字和新套接字上都在 bind 之前设置 SO_REUSEADDR；都设置了 SO_REUSEPORT "
        "的套接字可以共用一个端口。"}},
      {"address-in-use.open",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：那个端口上与 {peer} 的连接还开着。",
        "监听套接字已经关闭，但从它 accept 得到的连接仍占着它的端口。只要旧套接字和新套接字都在 bind 之前设置了 "
        "SO_REUSEADDR，bind 就能通过。"}},
      {"address-in-use.member",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：这个套接字已经在那个组里。",
        "这里的错误与端口无关。一个套接字在每个接口上只能加入一个组一次，直到离开或者关闭，它一直是成员。"}},
      {"address-in-use.datagram",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：它的端口被占用。",
        "另一个数据报套接字绑定在它上面。只有所有套接字都在 bind 之前设置了 SO_REUSEADDR，或者都设置了 "
        "SO_REUSEPORT，才能共用一个端口。UDP 没有连接，所以那个套接字一关闭，就没有什么再占着这个端口。"}},
      {"address-in-use.own-socket",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：{actor} 的另一个套接字还绑定在那个端口上。",
        "一个端口只有一个主人，除非它的所有套接字都在 bind 之前设置了 SO_REUSEPORT。否则必须先关闭另一个套接字。"}},
      {"address-in-use.own-datagram-socket",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：{actor} 的另一个套接字还绑定在那个端口上。",
        "只有所有数据报套接字都在 bind 之前设置了 SO_REUSEADDR，或者都设置了 "
        "SO_REUSEPORT，才能共用一个端口；只有一个设置了没有用。否则必须先关闭另一个套接字。"}},
      {"address-in-use.connection",
       {"{actor} 的 {call} 失败，错误为 EADDRINUSE：它的内核还保留着那个端口上与 {peer} 的连接。",
        "监听套接字已经关闭，但 {actor} 先结束了那个连接，最终它停留在 TIME-WAIT。只要旧套接字和新套接字都在 bind "
        "之前设置了 SO_REUSEADDR，bind 就能通过。"}},
      {"permission.port",
       {"{actor} 到端口 {port} 的 bind 失败，错误为 EACCES。",
        "1024 以下的端口留给具有 CAP_NET_BIND_SERVICE 权能的程序。请选用 1024 以上的端口。"}},
      {"permission.broadcast",
       {"{actor} 的 {call} 失败，错误为 EACCES：它是发给所有主机的。",
        "广播会到达网络中的每一台主机，所以内核要求明确的意愿：先设置 SO_BROADCAST。"}},
      {"datagram-too-long",
       {"{actor} 的 {call} 失败，错误为 EMSGSIZE。",
        "数据报太长，无法发送。一个数据报最多携带的数据，在 IPv4 上是 65507 字节，在 IPv6 上是 65527 "
        "字节；IP_MTU_DISCOVER "
        "禁止分片时，不能超过一个分组的容量。更长的数据，内核不会分成几个数据报。"}},
      {"not-connected",
       {"{actor} 的 {call} 失败，错误为 ENOTCONN。",
        "这个套接字没有连接。在服务器上，数据要经 accept 返回的套接字收发，而不是监听套接字。"}},
      {"not-connected.datagram",
       {"{actor} 的 {call} 失败，错误为 ENOTCONN。",
        "这个数据报套接字没有连接：没有哪个 connect 指明过它的对端。指明之后，这样的调用才有对象；sendto 和 recvfrom "
        "则不需要。"}},
      {"option-refused.not-joined",
       {"{actor} 的 setsockopt 失败，错误为 EADDRNOTAVAIL：这个套接字不在组 {group} 中。",
        "套接字只能离开它自己加入过、且还没有离开的组。同一台主机上别的套接字是成员，并不算数。"}},
      {"option-refused.value",
       {"{actor} 的 setsockopt 失败，错误为 EINVAL：{option} 不接受 {value}，或者此时不接受。",
        "内核认识这个选项，查看了值，什么也没有设置：选项保持原样。它接受哪些值，见该协议的手册页。"}},
      {"no-room-to-send",
       {"{actor} 的 {call} 失败，错误为 ENOBUFS：数据报分成分片后，发送缓冲区放不下。",
        "套接字还没有交给链路的内容占用发送缓冲区，一个数据报的所有分片同时占用。程序把这个缓冲区设得很小"
        "（SO_SNDBUF），数据报的任何部分都没有发送。"}},
      {"no-destination",
       {"{actor} 的 {call} 失败，错误为 EDESTADDRREQ。",
        "未连接的数据报套接字没有固定的对端：用 sendto，每次指明对端；或者先 connect。"}},
      {"timeout",
       {"{actor} 的 {call} 在这一步的时限到了之后被放弃。",
        "阻塞的调用要等多久就等多久。这里是信号中断了它；自己的程序可以用 poll，或者套接字选项 SO_RCVTIMEO 和 "
        "SO_SNDTIMEO。"}},
      {"timeout.datagram",
       {"{actor} 的 {call} 时限到了，没有等到数据报。",
        "丢失的数据报不会通知任何人：只有给等待设定时限才能发现。究竟是丢失了还是迟到了，无从得知。"}},
      {"deadlock",
       {"谁也动不了了：{waits}。", "每一方都在等待只有某个调用才能带来的东西，而已经没有谁能做这个调用了。"}},
      {"deadlock.full-buffers",
       {"谁也动不了了：{waits}。",
        "连接的两端都阻塞在 send 中：两个方向的缓冲区都满了，而谁也不读。必须有一方先接收，再继续发送。"}},
      {"unexpected-failure",
       {"{actor} 的 {call} 在第 {line} 行失败，错误为 {error}，这是谁也没有料到的：{actor} 就此结束。",
        "不处理错误的程序会结束。它的内核关闭它的套接字，别的 actor 看得到。"}},
      {"unexpected-failure.message",
       {"{actor} 的 {step} 在第 {line} 行失败，错误为 {error}，这是谁也没有料到的：{actor} 就此结束。",
        "不处理错误的程序会结束。它的内核关闭它的套接字，别的 actor 看得到。"}},
      {"buffer-size",
       {"{actor} 要求 {option} 为 {asked}，getsockopt 得到的是 {got}。",
        "Linux "
        "会把大小加倍，因为它自己的管理信息也要占空间；并且把大小限制在最小值和最大值之间（net.core.rmem_max、net.core."
        "wmem_max）。"}},
  };
}

}  // namespace wirelab::explain
