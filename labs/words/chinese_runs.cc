#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

Texts of_runs() {
  return {
      // 接在 actor 的名字后面：一次运行停住时，它在做什么。
      {"wait.asleep", "阻塞在 {call} 中"},
      {"wait.for-fact", "在等待 {fact}"},
      {"wait.for-impossible-fact", "在等待 {fact}，而它永远不会发生"},
      {"wait.until", "在等待 {condition} 变为 {number}"},
      {"wait.about-to-go-on", "即将继续"},

      {"limit.bytes", "各 actor 收发的数据超过了 {bytes:字节}。"},
      {"limit.run", "运行时间超过了 {milliseconds} ms 的上限。"},
      {"limit.step", "在 {milliseconds} ms 的单步时限内没有任何进展。"},

      {"stage.shares-address", "各 actor 共用 {address}：能看到它们的调用，看不到它们之间的分组。"},
      {"stage.shares-address.captured", "各 actor 共用 {address}：能看到它们的调用，以及回环设备上的分组。"},
      {"stage.no-capture", "这里不允许 --capture（{reason}）。"},
      {"stage.no-hosts", "这里没有私有主机（{reason}）：见 `make doctor`。"},

      {"not-here.needs-hosts", "需要由线路相连的私有主机：{what}。"},
      {"needs-hosts.key", "`{key}`"},
      {"needs-hosts.kernel", "`kernel`（主机自己的 TCP/IP 设置）"},
      {"needs-hosts.rule", "延迟、重复或扣留分组的规则（第 {line} 行）"},
      {"needs-hosts.rule-not-of-udp", "针对 UDP 以外的分组的规则（第 {line} 行）"},
      {"needs-hosts.rule-of-tcp", "针对 TCP 分组的规则"},
      {"needs-hosts.broadcast", "广播（第 {line} 行）"},
      {"needs-hosts.group", "组播组（第 {line} 行）"},
      {"needs-hosts.loss", "TCP 上的 `wire: loss`"},
      {"not-here.no-hosts", "这里无法建立私有主机：{reason}；见 `make doctor`。"},
      {"not-here.ipv6", "`family: ipv6`：本机的内核没有 IPv6。"},
      {"not-here.mtu", "`wire: mtu`：IPv6 要求链路至少能承载 1280 字节（RFC 8200 §5）。"},
      {"not-here.setting", "`kernel: {setting}`：本机的内核没有这个设置。"},
  };
}

}  // namespace wirelab::words::chinese
