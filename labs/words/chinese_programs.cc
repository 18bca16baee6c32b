#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

Texts of_programs() {
  return {
      {"program.interrupted", "已中断：所有套接字都已关闭。"},
      {"program.message", "消息（空行或 q 结束）："},
      {"program.line-too-long", "这一行超过了 {bytes:字节}，没有发送。"},
      {"program.waits-for-client", "在 {address} 等待客户端。按 Ctrl-C 结束。"},
      {"program.waits-for-datagram", "在 {address} 等待数据报。按 Ctrl-C 结束。"},
      {"program.listens-for-broadcasts", "在 {address} 等待广播，进程号 {process}。按 Ctrl-C 结束。"},
      {"program.sent-to-everyone", "已把 {bytes:字节}发给 {address} 的所有程序，只用一个数据报。"},
      {"program.nobody-answered", "{seconds} 秒内没有回答。没有谁会拒绝广播：没有谁在等待，或者没有谁回答。"},
      {"program.all-answers", "{seconds} 秒内有 {answers:个回答}。事先没有谁能知道会有多少个。"},
      {"program.client-connected", "{client} 已连接。"},
      {"program.connected", "已连接到 {address}。"},
      {"program.sent", "已发送 {bytes:字节}。"},
      {"program.received", "收到来自 {sender} 的 {bytes:字节}：{text}"},
      {"program.received.cut", "收到来自 {sender} 的 {full:字节}中的 {bytes} 字节，其余已丢失：{text}"},
      {"program.late", "下面这个到得太晚，不是对这条消息的应答："},
      {"program.no-answer", "还没有应答：它来晚了，或者消息或应答的数据报丢失了。"},
      {"program.fed-back", "已向 {receiver} 回送 {bytes:字节}：{text}"},
      {"program.not-fed-back", "无法应答 {receiver}：{error}。"},
      {"program.unfinished", "{sender} 留下一个不完整的字符：{rest}"},
      {"program.closed", "{sender} 已关闭：recv 返回 0 字节。"},
      {"program.gone", "{client} 已断开：{error}。"},
      {"program.no-descriptor", "{error}。此后的客户端要等 {clients} 个中的一个结束。"},

      {"http.waits", "在 {url} 等待客户端。按 Ctrl-C 结束。"},
      {"http.answered", "{client} {request}：{status}，{bytes:字节}"},
      {"http.broken-off", "{client} 在请求中间关闭了连接。"},
      {"http.file-shorter", "{client} 得到的比许诺的少：文件变短了。"},
      {"http.silent", "服务器没有动静。"},
      {"http.not-http", "这不符合 HTTP/1.1：{fault}。"},
      {"http.too-early", "流结束得太早：只收到网页的 {bytes:字节}。"},
      {"http.came.length", "内容 {bytes:字节}，与 Content-Length 所说相符。"},
      {"http.came.chunked", "内容 {bytes:字节}，到大小为 0 的块为止。"},
      {"http.came.close", "内容 {bytes:字节}，到流的结束为止。"},
      {"http.came.none", "内容 {bytes:字节}：这个状态码的响应没有内容。"},

      {"advice.in-use", "端口 {port} 已被占用。哪个程序占用了它，可以这样查看：\n  {look}"},
      {"advice.in-use.time-wait",
       "如果没有显示任何程序，就是已结束的服务器还有连接处于 TIME-WAIT，持续 60 秒：\n  {look}"},
      {"advice.in-use.reuse",
       "除非新旧两个服务器都在 bind 之前设置了 SO_REUSEADDR，否则这些连接会妨碍 bind。本程序设置了它。"},
      {"advice.in-use.other-port", "或者换一个端口：\n  {command}"},
      {"advice.refused", "没有程序在 {address} 等待。请先在另一个终端启动服务器：\n  {command}"},
      {"advice.privileged", "1024 以下的端口留给具有 CAP_NET_BIND_SERVICE 权能的程序。请使用 1024 及以上的端口。"},
      {"advice.no-address", "本机没有这个地址。请使用 127.0.0.1。"},
      {"advice.ended", "对方程序结束了连接，或者已经退出。"},
  };
}

}  // namespace wirelab::words::chinese
