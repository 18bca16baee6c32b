#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries chinese_of_http() {
  return {
      {"http-exchange",
       {"{client} 请求 {request}，{server} 应答 {response}。",
        "请求和响应都是以 \"\\r\\n\" 结尾的文本行：起始行，由名字和值组成的字段，最后一个空行结束首部，内容跟在它后面。"
        "对 TCP 来说，这一切只是字节。"}},

      {"http-content.length",
       {"{sender} 的 Content-Length 是 {bytes}：空行之后的这么多字节就是内容。",
        "接收方从首部之后的第一个字节数起。所以内容里可以有任何字节，内容之后连接也可以继续打开。"}},
      {"http-content.chunked",
       {"{sender} 用 {chunks:块}发送了 {bytes:字节}的内容；它们的定界另占 {framing:字节}。",
        "每一块前面都有它自己的大小，用十六进制数字表示；大小为 0 的块结束内容。所以发送方不必先知道总共有多少，就可以"
        "开始发送，连接也可以继续打开。"}},
      {"http-content.close",
       {"{sender} 的首部既没有 Content-Length，也没有 chunked：内容（{bytes:字节}）随流的结束而结束。",
        "这样的响应与连接一同结束，后面不能再有第二个响应；中途断掉的内容看起来也像是完整的。"}},
      {"http-content.none",
       {"{sender} 的 {response} 在首部之后就结束了。",
        "对 HEAD 的应答没有内容，状态码为 1xx、204 或 304 的应答，以及对 CONNECT 的 2xx "
        "应答也没有，不论它的字段怎么说。"}},

      {"http-head-and-more",
       {"{receiver} 的一次 recv 取得首部的最后 {head:字节}和其后的 {more:字节}。",
        "空行结束首部，但 recv 并不知道空行。空行之后到达的是内容的开头，或者下一个消息的开头；寻找空行的程序必须把它"
        "留着。"}},
      {"http-kept-open",
       {"{client} 的 {requests:个请求}经同一个连接发给 {server}。",
        "只要双方都不说 Connection: close，HTTP/1.1 就保持连接；HTTP/1.0 只有写了 Connection: keep-alive "
        "才保持。这省去了每次的握手，但要求不靠流的结束也能知道消息在哪里结束。"}},
      {"http-kept-open.too-long",
       {"{client} 的 {requests:个请求}经同一个连接发给 {server}，尽管连接本该在 {last} 之后结束。",
        "Connection: close 表示连接在这个应答之后结束；HTTP/1.0 不用任何字段也是这个意思，除非写了 Connection: "
        "keep-alive。这里双方却继续下去。别的服务器会在此关闭，仍然发送的请求就得不到应答。"}},
      {"http-kept-open.unanswered",
       {"{server} 没有应答 {client} 的 {request}：连接本该在 {last} 之后结束。",
        "Connection: close 表示连接在这个应答之后结束；HTTP/1.0 不用任何字段也是这个意思，除非写了 Connection: "
        "keep-alive。此后还要请求什么，就需要另一个连接。"}},
      {"http-kept-open.not-closed",
       {"连接本该在 {last} 之后结束，而到这次运行结束时 {server} 还没有关闭它：{client} 仍在等待。",
        "Connection: close 表示连接在这个应答之后结束；HTTP/1.0 不用任何字段也是这个意思，除非写了 Connection: "
        "keep-alive。无论是哪一方说的，服务器应答之后就关闭。"}},
      {"http-pipelined",
       {"{server} 还没有发出第一个应答的任何字节，{client} 已经发送了 {requests:个请求}。",
        "请求在流里一个挨一个，同任何字节一样。应答必须按相同的顺序到来：应答里没有什么说明它属于哪个请求。"}},

      {"http-cut-short.length",
       {"{sender} 的 Content-Length 是 {said}，而流在 {bytes:字节}的内容之后就结束了。",
        "流的结束并不说明一切都已到达。这里接收方能够看出来，因为它知道应该有多少。"}},
      {"http-cut-short.chunked",
       {"{sender} 的流在大小为 0 的块和它后面的空行之前就结束了。",
        "流的结束并不说明一切都已到达。这里接收方能够看出来，因为缺少最后一块。"}},
      {"http-cut-short.last-line",
       {"{sender} 的流在大小为 0 的块之后结束：缺少空行。",
        "最后一块之后还可以有字段（尾部），所以只有空行才结束消息。"}},
      {"http-cut-short.head",
       {"{sender} 的流在首部中间结束。", "首部到空行才算结束。没有空行，谁也不知道是否还缺字段。"}},

      {"http-cut-short.reset",
       {"{receiver} 的 recv 在 {sender} 的消息中间失败，错误为 ECONNRESET。",
        "复位不是流的结束。被它截断的消息是不完整的，没有长度的响应也一样：只有正常的结束才能使它完整。"}},

      {"http-malformed.request",
       {"{sender} 的请求不符合 HTTP/1.1：{fault}。",
        "违反规则的字节里，两个接收方可能看到消息在不同的地方结束。服务器应答 {status}，并关闭连接。"}},
      {"http-malformed.response",
       {"{sender} 的响应不符合 HTTP/1.1：{fault}。",
        "违反规则的字节里，两个接收方可能看到消息在不同的地方结束。不知道消息在哪里结束的一方只能关闭连接。"}},
      {"http-malformed.coding",
       {"{sender} 的消息不是只用了 chunked 这一种传输编码，而 Wirelab 只读得懂这一种。",
        "HTTP/1.1 还有别的编码，例如 gzip；只有放在最后的 chunked 才说明内容在哪里结束。服务器遇到不懂的编码，应答 "
        "501。"}},
      {"http-malformed.folded",
       {"{sender} 的首部有一行以空白开头，Wirelab 读到这里为止。",
        "以前一个字段可以折到这样的一行里，现在发送方不得再这样做。服务器应答 400，或者把它读作一个空格；客户端必须读作"
        "空格。"}},
      {"http-malformed.empty-line",
       {"在 {sender} 的请求行的位置出现了空行。",
        "客户端不得在请求之前或之后发送空行。服务器为了照顾旧的客户端仍应忽略它；recv_message "
        "把它当作起始行，却发现不是"
        "。"}},
      {"http-malformed.behind",
       {"{sender} 的 Content-Length 说有 {bytes:字节}，而在它们之后到来的不是起始行。",
        "接收方把接下来的字节当作下一个消息。如果长度说小了，那就是内容的剩余部分；长度按字节计，而一个字符可能占几个"
        "字节。如果说大了，它就把下一个消息的开头也算了进去。"}},
      {"http-malformed.behind-head",
       {"{sender} 的 {message} 没有内容，而在它的首部之后到来的不是起始行。",
        "既没有 Content-Length 也没有 chunked 的请求没有内容，对 HEAD 的应答以及状态码为 1xx、204 或 304 "
        "的应答也没有。接收方把接下来的字节当作下一个消息。"}},

      {"http-incomplete.length",
       {"{receiver} 等待消息的其余部分，直到这次运行结束：{sender} 的 Content-Length 是 {said}，而内容到了 "
        "{bytes:字节}。",
        "接收方相信这个长度。如果说大了，它就等着谁也不会发送的字节；下一个消息或者流的结束会被当作这些字节。"}},
      {"http-incomplete.chunked",
       {"{receiver} 等待消息的其余部分，直到这次运行结束：{sender} 的大小为 0 的块没有到来。",
        "只有最后一块说明内容结束了。在那之前，总可能还有一块。"}},
      {"http-incomplete.last-line",
       {"{receiver} 等待消息的其余部分，直到这次运行结束：{sender} 的大小为 0 的块之后没有空行到来。",
        "最后一块之后还可以有字段（尾部），所以只有空行才结束消息。"}},
      {"http-incomplete.close",
       {"{receiver} 等待消息的其余部分，直到这次运行结束：{sender} 的首部既没有 Content-Length，也没有 "
        "chunked，只有流的结束才会结束内容。",
        "应答不带长度，就必须关闭连接：只要连接还开着，就可能还有内容到来。"}},
      {"http-incomplete.head",
       {"{receiver} 等待首部的其余部分，直到这次运行结束：{sender} 的 {bytes:字节}到了，却没有空行。",
        "首部到空行才算结束。如果这些字节本来是内容，那么前一个消息的 Content-Length 说小了。"}},
  };
}

}  // namespace wirelab::explain
