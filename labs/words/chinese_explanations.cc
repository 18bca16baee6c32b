#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

Texts of_explanations() {
  return {
      {"list", "；"},
      {"between-sentences", ""},
      {"again", "（本次运行中另有 {times:次}）"},

      {"subject.connections", "建立连接"},
      {"subject.stream", "字节流"},
      {"subject.endings", "结束连接"},
      {"subject.datagrams", "数据报"},
      {"subject.framing", "流中的消息"},
      {"subject.files", "文件"},
      {"subject.http", "HTTP/1.1"},
      {"subject.sleeps", "用休眠隔开"},
      {"subject.failures", "失败"},
      {"subject.segments", "报文段：发送、确认、丢失"},

      {"deadlock.waits", "{actor} {doing}（第 {line} 行）"},
      {"deadlock.waits-for", "{actor} {doing}（第 {line} 行），等着 {other}"},
      {"deadlock.waits-for-ended", "{actor} {doing}（第 {line} 行），等着 {other}，而 {other} 已经结束"},

      {"handshake.offer.segment", "MSS {bytes}"},
      {"handshake.offer.sack", "SACK"},
      {"handshake.offer.timestamps", "时间戳"},
      {"handshake.offer.window-scale", "窗口扩大"},
      {"handshake.offers", "{offered}、{more}"},
      {"handshake.syn", "{sender} 的 SYN，seq 0"},
      {"handshake.syn.offering", "{sender} 的 SYN，seq 0（{offer}）"},
      {"handshake.syn-ack", "{sender} 的 SYN-ACK，seq 0 ack 1"},
      {"handshake.syn-ack.offering", "{sender} 的 SYN-ACK，seq 0 ack 1（{offer}）"},
      {"handshake.syn-ack.same", "{sender} 的 SYN-ACK，seq 0 ack 1（选项相同）"},
      {"handshake.ack", "{sender} 的 ACK，seq 1 ack 1"},
      {"handshake.ack.with-more", "{sender} 的 ACK，seq 1 ack 1，并捎带了别的内容"},
      {"handshake.unit", "双方的窗口都以 {unit:字节}为单位。"},
      {"handshake.units", "{client} 的窗口以 {client_unit:字节}为单位，{server} 的以 {server_unit:字节}为单位。"},

      {"lost", "在途中丢失"},
      {"lost.rule", "被第 {line} 行的规则丢弃"},
      {"lost.again", "（其间有 {times:次}重传也丢失了）"},

      {"data.shortened", "{data}（{bytes} 字节）"},

      {"http.line-end", "有一行不以 \"\\r\\n\" 结束"},
      {"http.start-line", "开头既不是请求行，也不是状态行"},
      {"http.version", "版本既不是 HTTP/1.0，也不是 HTTP/1.1"},
      {"http.field", "首部有一行不是字段（名字、冒号和值）"},
      {"http.field-space", "首部有一行在字段名和冒号之间有空白"},
      {"http.folded-field", "首部有一个字段折到了以空白开头的第二行"},
      {"http.host", "HTTP/1.1 要求恰好有一个 Host 字段，而它不符合"},
      {"http.length", "Content-Length 没有说清内容有多长"},
      {"http.two-ends", "Content-Length 和 Transfer-Encoding 都在说内容到哪里结束，而只允许有其中一个"},
      {"http.coding", "内容用了 chunked 以外的传输编码"},
      {"http.chunk", "有一块不是“十六进制的大小、行尾、相应数目的字节、行尾”的形式"},
      {"http.too-long", "有一部分超过了允许的长度"},
  };
}

}  // namespace wirelab::words::chinese
