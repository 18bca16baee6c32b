#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

// The first line says what is wrong, a second one what to write instead.
Texts of_diagnostics() {
  return {
      // --------------------------------------------------------------------------------------------------------- files
      {"severity.error", "错误"},
      {"severity.warning", "警告"},
      {"unreadable", "无法读取这个文件：{fault}"},
      {"ceiling-file",
       "文件超过了 {most} 字节的上限\n"
       "长的数据放在场景旁边的文件里：`{{file: \"name\"}}`"},
      {"ceiling-tokens",
       "文件的行数与标点数之和超过了 {most} 的上限\n"
       "长的数据放在场景旁边的文件里：`{{file: \"name\"}}`"},
      {"ceiling-nesting",
       "嵌套超过 {most} 层\n"
       "语言的任何部分都不需要这么多层"},
      {"ceiling-nodes",
       "文件中的值超过 {most} 个\n"
       "用 `repeat`、`copies` 和 `{{fill: …}}` 可以写得很短"},
      {"not-utf8",
       "字节 {byte} 不是 UTF-8\n"
       "请把文件保存为 UTF-8；不是文本的字节写成 `{{hex: \"ff\"}}`"},
      {"control-character",
       "这里有一个控制字符（{character}）\n"
       "请删除它；在文本中把它写成转义：`\"\\x00\"`"},
      {"directive",
       "YAML 指令（`%…`）不属于本语言\n"
       "请删去这一行"},
      {"empty-file",
       "这个文件是空的\n"
       "开头写 `wirelab: 1`"},
      {"empty-file.rubric",
       "这个文件是空的\n"
       "开头写 `rubric: 1`"},
      {"file.system-says", "{error}"},
      {"file.cannot-be-read", "无法读取：{error}"},
      {"file.folder", "它是一个目录"},
      {"file.pipe", "它是一个管道"},
      {"file.socket", "它是一个套接字"},
      {"file.device", "它是一个设备"},
      {"file.no-name", "文件名不能为空"},
      {"file.long-name", "文件名超过 255 字节"},
      {"file.unprintable-name", "文件名中有无法显示的字符"},
      {"file.absolute", "文件必须与场景放在一起：文件名不能以 `/` 开头"},
      {"file.leads-up", "文件必须与场景放在一起：文件名中不允许有 `..`"},
      {"file.missing", "场景旁边没有这个文件"},
      {"file.leads-out", "它是一个指向场景目录之外的链接"},
      {"file.not-regular", "它不是普通文件"},
      {"file.too-large", "它有 {bytes} 字节，上限是 {most}"},

      // ---------------------------------------------------------------------------------------------------------- YAML
      {"alias",
       "别名（`*name`）不属于本语言\n"
       "请把值重新写一遍"},
      {"anchor",
       "锚点（`&name`）不属于本语言\n"
       "请删去锚点"},
      {"tag",
       "标签（`!name`）不属于本语言\n"
       "请删去标签；如果 `!` 属于文本，请给文本加上引号"},
      {"key-no-word",
       "键必须是一个词\n"
       "含有花括号或方括号的文本要放在引号里"},
      {"merge-key",
       "合并键（`<<`）不属于本语言\n"
       "请把各个键写出来"},
      {"duplicate-key",
       "{key} 在这里重复：第 {line} 行已经有了\n"
       "请删去其中一个"},
      {"several-documents",
       "这里开始了第二个文档\n"
       "一个场景文件只能是一个文档；请把这一部分放进单独的文件"},
      {"tab",
       "缩进中有制表符\n"
       "YAML 只用空格缩进：每一级写两个空格"},
      {"question-marks-in-braces",
       "花括号或方括号里的 `???` 需要引号\n"
       "写成 `\"???\"`"},
      {"space-after-colon",
       "`{word}:` 后面缺少空格\n"
       "写成 `{word}: {rest}`"},
      {"wide-colon",
       "`{word}` 后面是全角冒号（`：`），对 YAML 来说只是普通字符\n"
       "写成 `{word}: {rest}`，用英文冒号加一个空格"},
      {"odd-blank",
       "缩进中有 YAML 不认识的空白字符（{character}）\n"
       "请改用普通空格"},
      {"colon-missing",
       "`{word}` 后面缺少冒号\n"
       "写成 `{word}:`"},
      {"colon-missing.item",
       "`{word}` 下面还有内容，所以它需要冒号\n"
       "写成 `- {word}:`"},
      {"colon-missing.before-argument",
       "`{word}` 后面缺少冒号\n"
       "写成 `{word}: {rest}`"},
      {"indentation",
       "这一行的缩进与上面的任何一级都不一致\n"
       "属于同一级的行从同一列开始"},
      {"indentation.by",
       "这一行的缩进与上面的任何一级都不一致\n"
       "请缩进 {spaces} 个空格，与它所属的内容对齐"},
      {"indentation.too-far",
       "`{word}` 缩进过多\n"
       "请与上面的 `{above}` 对齐"},
      {"unclosed-quote",
       "这个文本没有在本行结束\n"
       "请在末尾加上 `{quote}`；多行文本写在 `|` 下面"},
      {"text-after-quote",
       "文本在这之前的引号处已经结束\n"
       "文本中的 `\"` 写成 `\\\"`"},
      {"text-after-quote.apostrophe",
       "文本在这之前的引号处已经结束\n"
       "含有撇号的文本要用双引号：`\"don't\"`"},
      {"bad-escape",
       "{escape} 不是转义序列\n"
       "反斜杠本身写成 `\\\\`；可用的有 `\\n`、`\\r`、`\\t`、`\\0`、`\\\"`、`\\x41`、`\\u20ac`"},
      {"unclosed-bracket",
       "这个 `{bracket}` 没有闭合\n"
       "请在末尾加上 `{closing}`"},
      {"extra-bracket",
       "这个 `{bracket}` 没有与之对应的开括号\n"
       "请删除它"},
      {"needs-quotes",
       "不带引号的词不能以 `{sign}` 开头\n"
       "请给文本加上引号：`\"{text}\"`"},
      {"second-colon",
       "这一行有第二个 `: `\n"
       "含有冒号的文本放在引号里；映射中的映射放在花括号里，或者另起一行"},
      {"list-on-a-line",
       "列表不能从这里开始\n"
       "请从下一行开始，或者写在方括号里：`[a, b]`"},
      {"syntax", "这不是 YAML：{parser}"},
      {"syntax.stray",
       "这一行不属于上面的内容\n"
       "每一行都是 `key: value` 或 `- step`，并与相邻的行对齐"},

      // -------------------------------------------------------------------------------------------------------- values
      {"wrong-kind",
       "{what}：应当是{wanted}，现在是：{found}\n"
       "{mend}"},
      {"wrong-kind.steps",
       "`{actor}` 必须是步骤的列表，而不是映射\n"
       "每个步骤以 `- ` 开头"},
      {"wrong-kind.scenario",
       "场景文件是由 `title`、`actors` 等键组成的映射\n"
       "开头写 `wirelab: 1`"},
      {"wrong-type",
       "{what}：应当是{wanted}，现在是：{found}\n"
       "{mend}"},
      {"wrong-type.same-as", "`{name}` 是{type}，而与它比较的是{other}"},
      {"unquoted-text",
       "{what}：这是文本，文本要放在引号里\n"
       "写成 `{text}`"},
      {"unquoted-text.curly",
       "{what}：这是文本，文本要放在英文直引号里\n"
       "写成 `{text}`；现在的引号对 YAML 来说只是普通字符"},
      {"unquoted-text.map",
       "{what}：应当是带引号的文本，不是映射\n"
       "没有引号时，花括号和冒号在 YAML 中构成映射：请给文本加上引号"},
      {"unquoted-text.until",
       "{word} 既不是 `eof`，也不是带引号的文本\n"
       "请写 `eof`，或者给文本加上引号"},
      {"unquoted-text.braces",
       "{what}：应当是带引号的文本，不加引号的花括号在 YAML 中构成映射\n"
       "写成 `\"{{{word}}}\"`"},
      {"quoted-word",
       "{what}：这是语言中的词，不是文本\n"
       "{mend}"},
      {"quoted-word.key",
       "{word} 在这里是语言中的词\n"
       "写成 {word}，不加引号"},
      {"bad-name",
       "{name} 不能用作名字（{what}）\n"
       "名字以小写字母开头，后面是小写字母、数字或 `_`，最多 40 个字符"},
      {"not-a-number",
       "{what}：应当是整数，现在是：{text}\n"
       "{mend}"},
      {"not-a-duration",
       "{what}：应当是时长，现在是：{text}\n"
       "{mend}"},
      {"out-of-range", "{what}：应当在 {least} 到 {most} 之间，现在是 {number}"},
      {"out-of-range.least", "{what}：至少是 {least}，现在是 {number}"},
      {"out-of-range.number",
       "{what}：数值过大\n"
       "最多 {most}"},
      {"out-of-range.percentage", "{what}：应当在 0% 到 100% 之间，现在是 {text}"},
      {"out-of-range.rate", "`rate` 必须在 1kbit 到 100gbit 之间"},
      {"out-of-range.delimiter", "分隔符有 1 到 {most} 个字节"},
      {"out-of-range.escape", "转义符是一个字节，而不是 {bytes} 个"},
      {"out-of-range.prefix", "长度前缀有 1、2、4 或 8 个字节"},
      {"ceiling-duration", "{what}：应当在 {least} 到 {most} 之间，现在是 {number}"},
      {"ceiling-count", "{what}：有 {entries} 项，上限是 {most}"},
      {"unknown-word",
       "{what}：不能是 {word}\n"
       "{mend}"},
      {"unknown-word.never",
       "{what}：不可能是 {word}\n"
       "{mend}"},
      {"unknown-word.teardown",
       "{what}：要写出发送者和分组\n"
       "写成 `[client FIN, server ACK]` 的形式"},
      {"unknown-word.forbid",
       "{word} 不是动作、修饰词、选项或键\n"
       "{mend}"},
      {"unknown-key",
       "{key} 不是这里的键（{what}）\n"
       "{mend}"},
      {"missing-key", "{what}：缺少 `{key}`"},
      {"question-marks",
       "`???` 不能放在这里\n"
       "它用在由学生填写的地方：`actors`、`wire` 和 `predict` 中"},
      {"unknown-actor",
       "没有名为 {actor} 的 actor\n"
       "{mend}"},
      {"one-line", "标题只能有一行"},
      {"one-line.text", "{what}：只能有一行"},
      {"empty-text", "{what}：不能为空"},

      // ------------------------------------------------------------------------------------------- what to do about it
      {"did-you-mean", "是否想写 `{meant}`？"},
      {"enumeration.further", "{before}、{next}"},
      {"enumeration.last", "{before} 或 {next}"},
      {"it-is", "可以是 {words}"},
      {"it-is-one-of", "可以是 {words}"},
      {"its-keys-are", "可用的键是 {keys}"},
      {"the-actors-are", "现有的 actor 是 {actors}"},
      {"write.this", "写成 `{this}`"},
      {"write.like", "写成 `{example}` 的形式"},
      {"write.without-quotes", "写成 {this}，不加引号"},
      {"write.it-without-quotes", "请不要加引号"},
      {"write.without-zero", "写成 `{number}`；在 C 语言中，前导零表示八进制"},
      {"write.in-decimal", "请写成十进制"},
      {"write.without-plus", "请删去 `+`"},
      {"write.with-unit", "时长要有单位：写成 `{number}ms` 或 `{number}s`"},
      {"write.without-space", "写成 `{this}`，中间没有空格"},
      {"write.like-duration", "写成 `20ms`、`1.5s` 或 `500us` 的形式"},
      {"write.action", "写成 `- accept` 或 `- recv: 1024` 的形式"},
      {"write.abort", "`- abort` 就是设置 SO_LINGER 0 之后的 `close`"},
      {"write.instead-of-poll",
       "步骤自己会等待：`timeout: 1s` 限制一次调用的时间，`when: {{readable: 1}}` 等到有数据可读"},
      {"write.rate", "写成 `10mbit`、`64kbit` 或 `1gbit` 的形式：每秒比特数"},
      {"write.metric-of-call", "指标统计的是 POSIX 调用，不论由哪个步骤发出：写成 `{metric}`"},
      {"write.step-of-call", "这个调用是在 `{step}` 中发出的：写成 `{actor}.{step}`"},
      {"begin-each-step", "每个步骤以 `- ` 开头"},
      {"any-order-is-for-lists", "`any_order` 用于列表"},

      // ----------------------------------------------------------------------------------------------- kinds of values
      {"kind.nothing", "空"},
      {"kind.text", "文本"},
      {"kind.bare", "不带引号的词或数字"},
      {"kind.list", "列表"},
      {"kind.map", "映射"},
      {"kind.other", "其他内容"},
      {"kind.whole-number", "整数"},
      {"kind.yes-or-no", " `yes` 或 `no`"},
      {"kind.text-in-quotes", "带引号的文本"},
      {"kind.word", "词"},
      {"kind.numbers", "整数的列表，例如 `[15, 0]`"},
      {"kind.texts", "文本的列表，例如 `[\"Hello\", \"World\"]`"},
      {"kind.words", "词的列表，例如 `[SYN, SYN-ACK, ACK]`"},
      {"kind.values", "值的列表，例如 `[5, 0]`"},
      {"kind.value", "值"},
      {"kind.number-or-last", "数字，或 `{{received: last}}`"},
      {"kind.number-word-or-text", "数字、词或带引号的文本"},
      {"kind.duration", "时长，例如 `20ms`"},
      {"kind.percentage", "百分数"},
      {"kind.steps", "步骤的列表"},

      // -------------------------------------------------------------------------------------- what a sentence is about
      {"what.scenario", "场景"},
      {"what.this-actor", "actor `{actor}`"},
      {"what.actor", "actor"},
      {"what.hint", "提示"},
      {"what.offset", "偏移量"},
      {"what.step", "步骤"},
      {"what.action", "动作"},
      {"what.fact", "事实"},
      {"what.id", "id"},
      {"what.socket", "套接字"},
      {"what.group", "组播组的地址"},
      {"what.socket-option", "套接字选项"},
      {"what.port", "端口"},
      {"what.backlog", "监听队列长度"},
      {"what.sent", "{action} 发送的内容"},
      {"what.expected", "预期的内容"},
      {"what.error", "错误"},
      {"what.message", "消息"},
      {"what.file-name", "文件名"},
      {"what.note", "注释"},
      {"what.data", "数据"},
      {"what.record", "记录"},
      {"what.field", "字段"},
      {"what.field-type", "`{field}` 的类型"},
      {"what.framing", "`{kind}` 类型的分帧方式"},
      {"what.rate", "速率"},
      {"what.setting-by-direction", "按方向的设置"},
      {"what.rule", "规则"},
      {"what.check", "检查项"},
      {"what.metric", "指标"},
      {"what.expected-value", "预期值"},
      {"what.entry", "{of} 的一项"},
      {"what.bound", "边界值"},
      {"what.sender", "其中的发送者"},
      {"what.packet", "其中的分组"},
      {"what.rubric", "评分标准"},
      {"what.exercise", "练习"},
      {"what.case", "用例"},
      {"what.proof", "证明"},
      {"what.path", "路径"},
      {"what.forbidden", "禁止的内容"},
      {"what.variant", "变体"},

      // ------------------------------------------------------------------------- the top of a scenario, and its actors
      {"unknown-version",
       "不认识语言的版本 {version}\n"
       "本程序支持版本 1：写成 `wirelab: 1`"},
      {"missing-key.version",
       "场景需要 `wirelab`\n"
       "文件开头写 `wirelab: 1`"},
      {"missing-key.actors",
       "场景需要 `actors`\n"
       "写出网络上有谁：`actors:`"},
      {"unknown-kernel-setting",
       "{name} 不是语言中的内核设置\n"
       "{mend}"},
      {"not-ascending",
       "`cut` 的偏移量必须递增\n"
       "它们从每个连接的开头开始计算字节数"},
      {"no-steps",
       "{what} 没有步骤\n"
       "把步骤写在它下面，每个以 `- ` 开头"},
      {"reserved-name",
       "{name} 不能作为 actor 的名字：指标和步骤中它另有含义\n"
       "不能是 {names}"},
      {"ceiling-lanes", "有 {actors} 个 actor，上限是 {most}"},
      {"ceiling-lanes.copies", "连同副本有 {lanes} 个 actor，上限是 {most}"},
      {"no-actors", "场景至少需要一个 actor"},

      // --------------------------------------------------------------------------------------------------------- steps
      {"unknown-action",
       "{word} 不是动作\n"
       "{mend}"},
      {"missing-argument",
       "`{action}` 需要参数\n"
       "写成 `{example}` 的形式"},
      {"no-argument",
       "`{action}` 没有参数\n"
       "单独写 `{action}:`；步骤的其他内容各占一行，写在它下面"},
      {"two-actions",
       "一个步骤只发出一个调用，而这个步骤已有 `{first}`\n"
       "另起一个步骤：`- {second}: …`"},
      {"no-action",
       "这个步骤没有发出调用\n"
       "它的键属于上面的步骤：请与那个步骤的动作对齐，不写 `- `"},
      {"no-action.empty",
       "这个步骤没有发出调用\n"
       "请写一个动作：`- accept`"},
      {"modifier-too-deep",
       "`{modifier}` 是步骤的修饰词，不是 `{action}` 的参数\n"
       "请把 `{modifier}` 与 `{action}` 对齐"},
      {"modifier-does-not-suit",
       "`{modifier}` 用在 `{action}` 上没有意义\n"
       "它可以用于 {actions}"},
      {"modifier-does-not-suit.close",
       "`close` 自己带有套接字的名字\n"
       "写成 `close: {name}`"},
      {"ceiling-steps",
       "文件中的步骤超过 {most} 个\n"
       "用 `repeat` 可以把重复的内容只写一次"},
      {"ceiling-rounds", "加上这个步骤，这个 actor 执行的步骤超过 {most} 个（已乘以轮次和副本数）"},
      {"ceiling-bytes", "加上这个步骤，场景发送的数据超过 {most} 字节（已乘以轮次和副本数）"},
      {"ceiling-sleep", "加上这个步骤，这个 actor 的休眠合计超过 {most}（已乘以轮次）"},
      {"bad-fact",
       "{fact} 不是事实\n"
       "写成 `server.accept`；如果不必等它完成，在后面加上 ` started` 或 ` blocked`；或者写 `settled`"},
      {"bad-fact.several",
       "{fact} 不是事实：多个事实要写成列表\n"
       "写成 `[{facts}]`"},
      {"id-is-action",
       "{id} 已经是一个动作的词\n"
       "请另选 id：否则 `after` 无法区分它们"},
      {"duplicate-id", "id {id} 已在第 {line} 行使用"},
      {"unknown-socket-option",
       "没有名为 {name} 的套接字选项\n"
       "{mend}"},
      {"missing-key.option",
       "这里没有设置任何选项\n"
       "写成 `{{TCP_NODELAY: 1}}`"},
      {"missing-key.to",
       "带花括号的 `sendto` 需要 `to`\n"
       "写成 `{{to: server, data: \"Hello\"}}`；若要回答最后的发送者，则只写数据"},
      {"missing-key.group-port",
       "发给组的数据报需要 `port`：组没有“最后绑定的端口”\n"
       "写成 `{{to: \"{group}\", port: 9000, data: \"…\"}}`"},
      {"unknown-socket-option.write-only", "{name} 只能设置，不能查询"},
      {"unknown-socket-option.not-offered", "套接字选项 {name} 是存在的，但场景不能使用它"},
      {"missing-key.broadcast-port",
       "广播需要 `port`：全体没有“最后绑定的端口”\n"
       "写成 `{{to: everyone, port: 9000, data: \"…\"}}`"},
      {"empty-text.until",
       "空文本立刻就能找到\n"
       "请写 `until: eof`，或者要等待的字节"},
      {"one-of-these.recv",
       "`recv` 只能有 `exactly` 和 `until` 之一\n"
       "写成 `{{exactly: 15}}` 或 `{{until: eof}}`"},
      {"one-of-these.repeat",
       "`repeat` 需要 `times` 和 `until` 之一\n"
       "写成 `times: 10` 或 `until: \"END\"`"},
      {"one-of-these.when", "`when` 只能有 {words} 之一"},
      {"one-of-these.expect", "`expect` 只能有一个预期"},
      {"one-of-these.expectations", "`expect` 可以是 `eof`、文本、`{{bytes: …}}`、`{{messages: …}}` 或 `{{fails: …}}`"},
      {"unknown-error",
       "没有名为 {name} 的错误\n"
       "{mend}"},
      {"error-needs-fails",
       "{name} 是错误，在 `expect` 中要写在 `fails` 后面\n"
       "写成 `expect: {{fails: {word}}}`"},
      {"number-needs-bytes",
       "单独的数字既可能是个数，也可能是文本\n"
       "写成 `expect: {{bytes: {number}}}` 或 `expect: \"{number}\"`"},
      {"bad-group",
       "{text} 不是实验可以使用的组\n"
       "请写供私人使用的组播组的地址：`\"239.1.2.3\"`"},
      {"bad-group.broadcast",
       "{text} 不是组：这样结尾的地址多半是网络的广播地址\n"
       "要发给所有主机，请写 `to: everyone`"},
      {"size-and-framing",
       "有分帧方式时，一个文件就是一条消息，大小由分帧说明\n"
       "请去掉 `size`，或者让这个 actor 不用分帧方式"},
      {"bad-file.name",
       "{name} 不是简单的文件名\n"
       "文件只属于这一个 actor，运行结束即消失：请写不含 `/` 的名字"},

      // --------------------------------------------------------------------------------------------- data and framings
      {"ceiling-data", "文件中写出的数据超过 {most} 字节"},
      {"placeholder-outside-repeat",
       "`{{i}}` 不在任何 `repeat` 中：它会作为这三个字符发送\n"
       "请把步骤放进 `repeat`，或者保持不变"},
      {"bad-hex.digit",
       "{digit} 不是十六进制数字\n"
       "每个字节写两位：`{{hex: \"de ad be ef\"}}`"},
      {"bad-hex.odd",
       "十六进制数字的个数是奇数\n"
       "每个字节写两位：`0a`，而不是 `a`"},
      {"empty-fill",
       "没有可用来填充的内容\n"
       "至少写一个字符：`{{fill: \"x\", size: 100}}`"},
      {"bad-file.fault", "不能使用 {name}：{fault}"},
      {"bad-file.end", "未能把 {name} 读完"},
      {"not-known-yet",
       "{what}：必须在运行之前就已知\n"
       "请写文本，或 `{{hex: \"…\"}}`"},
      {"not-known-yet.measured",
       "要度量的内容必须在运行之前就已知，或者是收到的\n"
       "请写场景旁边的文件名，或 `{{received: \"…\"}}`"},
      {"not-known-yet.value", "{what}：必须在运行之前就已知"},
      {"record-without-framing",
       "`record` 需要同类型的分帧方式\n"
       "写成 `framing: {{kind: record, fields: [{{id: u32}}, {{text: char(16)}}]}}`"},
      {"field-too-long", "{what} 有 {bytes} 字节，而字段只能容纳 {room} 字节"},
      {"one-field-each",
       "记录的每个字段是一个名字和它的类型\n"
       "写成 `[{{id: u32}}, {{text: char(16)}}]`"},
      {"duplicate-key.field", "记录中已有字段 {field}"},
      {"no-fields", "记录至少需要一个字段"},
      {"escape-in-delimiter", "转义符不能是分隔符的一部分"},
      {"record-too-long", "记录占 {bytes} 字节，超过了它的 `max_message`，即 {most}"},

      // ------------------------------------------------------------------------------------------------------ the wire
      {"one-of-these.rule",
       "一条规则只做一件事：{words}\n"
       "每条规则单独写在 `- ` 后面"},
      {"empty-text.contains",
       "空文本在每个分组中都有\n"
       "若要表示所有分组，请删去 `contains`"},
      {"empty-list.nth", "空的 `nth` 不符合任何分组"},

      // ---------------------------------------------------------------------------------------- checks and predictions
      {"unknown-metric",
       "没有名为 {metric} 的指标\n"
       "{mend}"},
      {"unknown-copy", "`{actor}` 只有 {copies} 个副本"},
      {"unknown-copy.none", "`{actor}` 没有副本"},
      {"unknown-copy.of-one",
       "`{actor}` 没有副本\n"
       "请删去 `#…`，或者给这个 actor 加上 `copies`"},
      {"predicate-does-not-suit",
       "`{predicate}` 在这里没有意义：{what} 是{type}\n"
       "{mend}"},
      {"wrong-count.between",
       "`between` 需要两个数\n"
       "写成 `between: [1, 10]`"},
      {"wrong-count.bounds",
       "这两个数之间什么也没有：第一个更大\n"
       "请把较小的写在前面"},
      {"empty-list.one-of", "空的 `one_of` 永远不会成立"},
      {"one-of-these.predicate",
       "一个预期值只能有一个谓词\n"
       "请分别写成单独的检查项"},
      {"observed-time.same-as", "`{name}` 是观测到的时间，每次都不相同"},
      {"observed-time.exact",
       "`{name}` 是观测到的时间：换一次运行就是另一个数\n"
       "请使用边界：`at_least`、`at_most` 或 `between`"},
      {"free-pace",
       "使用 `pace: free` 时，{metric} 每次运行都不同\n"
       "请只检查在任何顺序下都成立的内容"},
      {"two-metrics",
       "一个检查项只问一个指标，而这里已有 {metric}\n"
       "另起一个检查项：`- {second}: …`"},
      {"missing-key.metric",
       "这个检查项没有指标\n"
       "写成 `- server.recv.sizes: [15, 0]` 的形式"},
      {"missing-guess",
       "{metric} 没有猜测值\n"
       "写上你的猜测；还没有就写 `???`"},
      {"prediction-of-many",
       "一个预测是一个值，不能是 {predicate}：在练习中这算作没有作答\n"
       "请写出你预期的值"},
      {"ceiling-count.predictions", "预测超过 {most} 个"},

      // ----------------------------------------------------------------------------------------- facts and their order
      {"unknown-step",
       "`{actor}` 从不执行步骤 {step}\n"
       "{mend}"},
      {"step-too-late.once", "`{actor}` 最多执行一次 `{step}`，所以没有 `#{nth}`"},
      {"step-too-late", "`{actor}` 最多执行 {most} 次 `{step}`，所以没有 `#{nth}`"},
      {"never-blocked",
       "`{step}` 从不在调用中睡眠\n"
       "写成 `{actor}.{step}`：它立即完成"},
      {"circle",
       "`after` 构成了环，谁也不能先行：{chain}\n"
       "请去掉其中一个"},
      {"circle.own-steps",
       "这个步骤等待 `{fact}`，而后者在同一个 actor 中排在它之后\n"
       "actor 从上到下执行步骤：它可以等待其他 actor，或者等待上面的步骤"},
      {"circle.wait", "第 {line} 行等待 `{fact}`"},
      {"circle.further-wait", "{before}，第 {line} 行等待 `{fact}`"},
      {"circle.and-so-on", "{waits}……"},
      {"race",
       "没有约束规定这个 `{word}` 在第 {line} 行 `{peer}` 的 `{needed}` 之后：谁先谁后全凭运气\n"
       "写上 `after: {peer}.{needed}`"},
      {"unordered-closes",
       "没有约束规定这里 `{server}` 的结束与第 {line} 行 `{client}` 的结束的先后：谁先关闭全凭运气\n"
       "让一方看到另一方的结束（`recv` 上写 `expect: eof`），或者写 `after: {client}.{word}`"},
      {"nobody-there.listens",
       "`{peer}` 从不 `listen`，所以这个 `connect` 会被拒绝\n"
       "如果这正是要演示的，写上 `expect: {{fails: ECONNREFUSED}}`"},
      {"nobody-there.listens-on",
       "`{peer}` 从不在端口 {port} 上 `listen`，所以这个 `connect` 会被拒绝\n"
       "如果这正是要演示的，写上 `expect: {{fails: ECONNREFUSED}}`"},
      {"nobody-there.binds", "`{peer}` 从不 `bind`，所以没有人收到它"},
      {"nobody-there.binds-to", "`{peer}` 从不 `bind` 到端口 {port}，所以没有人收到它"},

      // ------------------------------------------------------------------------------------------------------- sockets
      {"no-socket",
       "`{word}` 需要套接字，而 `{actor}` 还没有\n"
       "在它之前写 `- socket: stream`（或 `dgram`）"},
      {"closed-socket", "{name} 已经关闭"},
      {"closed-socket.all",
       "在这个 `{word}` 之前，`{actor}` 已经关闭了它的所有套接字\n"
       "在它之前写 `- socket: stream`（或 `dgram`）"},
      {"unknown-socket",
       "`{actor}` 没有名为 {name} 的套接字\n"
       "{mend}"},
      {"sockets-get-names", "在 `socket` 或 `accept` 上写 `as: name` 为套接字命名；`listen` 产生 `listener`"},
      {"wrong-socket-type.datagram",
       "在数据报套接字上使用 `{word}`\n"
       "{mend}"},
      {"wrong-socket-type.stream",
       "在流套接字上使用 `{word}`\n"
       "{mend}"},
      {"instead.no-listen", "数据报不需要 `listen`：直接使用 `recvfrom`"},
      {"instead.no-accept", "数据报不需要 `accept`：直接使用 `recvfrom`"},
      {"instead.no-group", "流只有一个对方：组用于数据报"},
      {"instead.send", "流知道自己通向哪里：写成 `send`"},
      {"instead.recv", "流只有一个发送者：写成 `recv`"},
      {"no-connection",
       "还没有连接就使用 `{word}`\n"
       "请先 `connect`；或者先 `bind`、`listen` 和 `accept`"},
      {"no-connection.datagram",
       "数据报套接字没有连接到任何对象，却使用 `{word}`\n"
       "写成 `sendto: {{to: …, data: …}}`，或者先 `connect`"},
      {"no-connection.listener",
       "在监听套接字上使用 `{word}`，而它不是连接\n"
       "请先用 `accept` 接受一个连接"},
      {"no-framing",
       "`{word}` 需要分帧方式，而 `{actor}` 没有\n"
       "在顶层写一个：`framing: {{kind: delimiter, delimiter: \"\\n\"}}`"},
      {"nothing-received",
       "在这个步骤之前，`{actor}` 什么也没有收到\n"
       "请在它之前加上 `recv`"},
      {"unknown-file",
       "`{actor}` 不接收名为 {file} 的文件\n"
       "收到的文件用 `recv_file` 给出的名字；`{{file: …}}` 是场景旁边的文件"},
      {"listen-on-connection",
       "在已连接的套接字上使用 `listen`\n"
       "请用单独的套接字监听"},
      {"no-listener",
       "没有 `listen` 就使用 `accept`\n"
       "在它之前写 `- listen: 5`"},
      {"connect-on-listener",
       "在监听套接字上使用 `connect`\n"
       "请用单独的套接字连接"},
      {"record-expected",
       "分帧方式为记录时，消息就是记录\n"
       "写成 `send_message: {{record: {{…}}}}`"},
      {"http-by-hand",
       "HTTP 消息要手工写出\n"
       "写成 `- send: \"GET / HTTP/1.1\\r\\n…\"`"},
      {"http-by-hand.more-than-a-file",
       "HTTP 消息不只是其中的文件\n"
       "写成 `- recv_message`"},
      {"recv-after-recv-message",
       "在 `recv_message` 之后使用普通的 `{word}`\n"
       "`recv_message` 可能已经多读了字节：请继续使用 `recv_message`"},
      {"recv-after-until",
       "在 `recv: {{until: …}}` 之后使用普通的 `recv`，而前者可能已经多读了字节\n"
       "普通的 `recv` 只向内核要数据：请继续使用 `until` 或 `exactly`，它们先取走这些字节"},
      {"group-of-ipv4",
       "这里的组属于 IPv4，而本场景写了 `family: ipv6`\n"
       "请去掉 `family: ipv6`"},
      {"no-sender",
       "没有 `to` 的 `sendto` 回答最后的发送者，而还没有人发送过\n"
       "写成 `sendto: {{to: …, data: …}}`，或者在它之前加上 `recvfrom`"},
      {"endless-repeat",
       "这个 `repeat` 里没有接收，所以它的 `until` 永远不会成立\n"
       "请在里面加上 `recv` 或 `recv_message`，或者写 `times`"},

      // ---------------------------------------------------------------------- paths into a scenario, and changes of it
      {"unknown-path", "{fault}"},
      {"unknown-path.metric", "没有名为 {metric} 的指标"},
      {"unknown-path.actor", "没有名为 {actor} 的 actor"},
      {"unknown-path.into-key",
       "没有路径通向 `{key}` 内部\n"
       "写成 `{key}`"},
      {"unknown-path.key",
       "`{key}` 没有键 {part}\n"
       "{mend}"},
      {"unknown-path.step",
       "{step} 没有指明任何步骤\n"
       "第一个 `send` 是 `send#1`"},
      {"unknown-path.into-option",
       "没有路径通向 `{option}` 内部\n"
       "写成 `{actor}.{option}`"},
      {"unknown-path.in-actor",
       "`{actor}` 没有名为 {name} 的选项、步骤或 id\n"
       "{mend}"},
      {"unknown-path.modifier",
       "{modifier} 不是步骤的修饰词\n"
       "{mend}"},
      {"unknown-path.start",
       "没有名为 {name} 的 actor 或键\n"
       "{mend}"},
      {"fault.no-scenario", "没有可以修改的场景"},
      {"fault.no-step", "`{actor}` 没有 `{word}` 步骤"},
      {"fault.only-steps", "`{actor}` 只有 {count} 个 `{word}` 步骤"},
      {"fault.other-count", "`{actor}` 有 {count} 个 `{word}` 步骤，而这里给出 {given} 个"},

      // ------------------------------------------------------------------------------------------------------- rubrics
      {"unknown-version.rubric",
       "不认识评分标准的版本 {version}\n"
       "本程序支持版本 1：写成 `rubric: 1`"},
      {"unknown-exercise",
       "实验的目录中没有 {file}\n"
       "{mend}"},
      {"broken-exercise", "{file} 本身有错误；第 {line} 行：{first}"},
      {"bad-file-name",
       "{name} 不是实验目录中的文件名\n"
       "只写文件名，不写目录"},
      {"bad-file-name.answer",
       "{name} 不是答案的文件名\n"
       "只写文件名，不写目录"},
      {"duplicate-exercise", "{file} 已是练习，在第 {line} 行"},
      {"impossible-change",
       "{fault}\n"
       "`edit` 不包括它，所以任何答案都不能与此不同"},
      {"impossible-change.unplayable", "这样修改之后，练习无法运行：{fault}"},
      {"two-one-run-per", "一个用例只能有一个值是 `{word}`，而 `{path}` 已经是了"},
      {"byte-of-no-cut",
       "`byte` 用于 `cut`：流有可以切开的位置\n"
       "请给出值的列表"},
      {"one-run-per-inside",
       "`{word}` 代表整个值\n"
       "写成 `{path}: {{{word}: […]}}`"},
      {"empty-list.runs", "没有运行的用例永远不会通过"},
      {"ceiling-count.changes", "修改超过 {most} 处"},
      {"duplicate-case", "已有名为 {name} 的用例，在第 {line} 行"},
      {"not-predicted",
       "练习没有要求预测 {metric}\n"
       "{mend}"},
      {"wrong-points", "各用例合计 {sum} 分，而这里写的是 {points} 分"},
      {"no-cases", "练习至少需要一个用例"},
      {"wrong-proof", "一个证明要么写 `full: yes`，要么写出答案在哪个用例上失败：`fails`"},
      {"wrong-proof.full",
       "`full` 只能是 `yes`，或者不写\n"
       "请写出它必须失败的用例：`fails: \"…\"`"},
      {"wrong-proof.says", "得满分的答案不指出任何误解"},
      {"wrong-proof.fails",
       "用错误答案作的证明要写出该用例为何失败\n"
       "请写出它指出的误解（`says`），或者它在没有误解时如何结束（`ends`），二者取一"},
      {"unknown-case",
       "没有名为 {name} 的用例\n"
       "{mend}"},
      {"unknown-misconception",
       "该用例的检查项和猜测都没有指出误解 {name}\n"
       "{mend}"},
      {"guess-without-misconception",
       "这个猜测没有说明它表明什么\n"
       "请写 `misconception:` 和一个词"},

      // -------------------------------------------------------------------------------------------------- translations
      {"unknown-version.translation",
       "不认识译文的版本 {version}\n"
       "本程序支持版本 1：写成 `texts: 1`"},
      {"duplicate-translation", "这个文本已经有了译文"},
      {"what.translation", "译文"},
      {"what.pair", "一对文本"},

      // ----------------------------------------------------------------------------------------- scenarios as programs
      {"unanswered-for-a-program",
       "这里还没有回答，而程序需要它\n"
       "请写一个值来代替 `???`"},
      {"zero-in-a-format",
       "C 程序不能把数字放进含有零字节的文本：snprintf(3) 到那里就结束\n"
       "请删去 {{i}} 和 {{copy}}，或者删去零字节"},
      {"name-of-a-module",
       "`{actor}` 是 Python 的一个模块：程序 {actor}.py 会代替它被导入\n"
       "请给 actor 另取一个名字"},
      {"no-port-for-a-program",
       "`{peer}` 没有绑定端口，而程序需要知道一个端口\n"
       "请写出端口：`{{to: {peer}, port: 8888}}`"},
      {"no-port-for-a-program.which",
       "`{peer}` 绑定了几个端口，而程序必须知道是哪一个\n"
       "请写出端口：`{{to: {peer}, port: 8888}}`"},
      {"one-address",
       "`{actor}` 绑定的端口另一个 actor 也绑定，而一台机器只有一个 ::1\n"
       "请给它们不同的端口，或者写 `family: ipv4`"},
      {"no-socket-for-a-program", "程序无法执行这个 `{word}`：它没有可用的套接字"},
      {"sockets-change-in-a-loop",
       "这个 `repeat` 的每一轮结束时，打开的套接字与开始时不同，而程序的一个变量只存放一个套接字\n"
       "每一轮打开的，请在这一轮里关闭"},
      {"group-on-one-machine",
       "组需要几台主机，而导出的程序共用一台\n"
       "请用 `wirelab run` 运行，它会建立这些主机"},
      {"broadcast-on-one-machine",
       "广播需要几台主机，而导出的程序共用一台\n"
       "请用 `wirelab run` 运行，它会建立这些主机"},
      {"datagrams-cannot-be-counted",
       "程序无法知道有 {datagrams} 个数据报在等待：它只能询问有没有\n"
       "写成 `when: {{readable: 1}}`"},

      // ------------------------------------------------------------------------------------------------------- answers
      {"not-allowed.added",
       "添加了 `{path}`，而在本练习中它必须保持发下时的样子\n"
       "请再把它删除"},
      {"not-allowed.removed",
       "删去了 `{path}`，而在本练习中它必须保持发下时的样子\n"
       "它原来是 `{was}`"},
      {"not-allowed.changed",
       "修改了 `{path}`，而在本练习中它必须保持发下时的样子\n"
       "它原来是 `{was}`"},
      {"not-allowed.word",
       "`{word}` 在这里是新的，而在本练习中它既不能添加，也不能移动\n"
       "请在这里把它删除"},
      {"cannot-be-changed", "这个检查要修改 `{path}`，而在这个文件中做不到：{fault}"},
      {"answer.not-handed-in", "没有提交 {file}"},
      {"answer.unreadable", "无法读取 {file}：{fault}"},
      {"answer.untouched", "文件与发下时一样，没有改动"},
  };
}

}  // namespace wirelab::words::chinese
