#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

Texts of_commands() {
  return {
      // ------------------------------------------------------------------------------------------------ files and labs
      {"check.well-formed", "{file}：格式正确"},
      {"list.nothing", "wirelab：{folder} 中没有实验；请指明它们所在的目录：wirelab list FOLDER"},
      {"list.broken", "（格式有误：见 wirelab check）"},
      {"run.interrupted", "wirelab：已中断；没有留下任何东西"},

      // ----------------------------------------------------------------------------------------------------- exercises
      {"exercises.none", "wirelab：{lab} 中没有练习；请指明一个实验的目录，例如 scenarios/lab1"},
      {"exercises.unknown", "wirelab：{lab} 中没有练习 {exercise}。有这些："},
      {"hint.number", "提示 {number}，共 {all} 条"},
      {"hint.has-none", "这个练习没有提示。"},
      {"hint.none-left", "没有更多提示了；--all 再次显示它们。"},
      {"hint.none-shown", "还没有显示过提示。"},
      {"hint.read-on", "请阅读 {page}。"},
      {"hint.not-remembered", "wirelab：无法记住这条提示已经显示过：请把 XDG_STATE_HOME 设为你自己的目录"},
      {"reset.kept", "{file} 已恢复为发下时的样子；你的那份现在是 {kept}"},
      {"reset.none-of-yours", "{file} 已恢复为发下时的样子；原来没有你的那份"},
      {"reset.nothing-to-do", "{file} 已经是发下时的样子"},
      {"reset.nothing-to-do-in", "{lab} 中的练习都已经是发下时的样子"},
      {"reset.several", "wirelab：有几个练习改动过；请指明要恢复哪一个："},
      {"submission.broken", "格式有误：wirelab check 会说明哪里有误"},
      {"submission.unsolved", "尚未完成"},
      {"submission.handed-in", "已提交"},
      {"submission.missing", "缺失：make reset{lab} EXERCISE={exercise} 可以恢复它"},
      {"submission.nothing", "wirelab：{folder} 的实验中没有练习"},
      {"assess.nothing", "wirelab：{folder} 中没有可以评判的内容"},

      // ------------------------------------------------------------------------------- the difference between two runs
      {"compare.still-open", "wirelab：{file} 里还有 ???：请先作答，再比较"},
      {"diff.no-earlier", "wirelab：没有 {file} 以前的记录：请先运行它，修改它，再查看差别"},
      {"diff.nothing-edited", "运行的内容没有任何修改：标题、提示、注释和写法不算。"},
      {"diff.earlier-lost", "wirelab：以前的那个已经不能运行"},

      // ----------------------------------------------------------------------------------------- scenarios as programs
      {"export.no-actor", "wirelab：场景中没有名为 {actor} 的 actor"},
      {"export.reads-files", "wirelab：它要读取旁边的文件：请用 --output FOLDER 把它们写出来"},

      // -------------------------------------------------------------------------------------- what this machine allows
      {"doctor.title", "这台机器允许 Wirelab 做什么（Linux {release}，{processors} 个处理器）"},
      {"doctor.hosts", "私有主机"},
      {"doctor.hosts-made", "建立了两台主机，看到它们之间的 {packets} 个分组，用时 {milliseconds} ms"},
      {"doctor.refused", "{step}：{error}"},
      {"doctor.to-change", "改变的办法：{remedy}"},
      {"doctor.until-then", "在此之前，实验在回环接口上运行，看不到分组。"},
      {"doctor.lost", "有 {count} 个场景需要主机，现在无法运行："},
      {"doctor.ask", "请向管理这台机器的人申请用户命名空间和网络命名空间（man 7 user_namespaces）"},
      {"doctor.container", "用这个命令启动容器：docker run {options} …"},
      {"doctor.loopback-packets", "回环分组"},
      {"doctor.can-capture", "有 CAP_NET_RAW：run --stage loopback --capture 会显示分组"},
      {"doctor.cannot-capture", "{step}：{error}；线路显示的更多，而且不需要权限"},
      {"doctor.ipv6", "IPv6"},
      {"doctor.has-ipv6", "可以绑定到 ::1"},
      {"doctor.no-ipv6", "{error}：不能使用 `family: ipv6`"},
      {"doctor.refusal", "拒绝连接"},
      {"doctor.not-refused", "一个无人监听的端口接受了连接"},
      {"doctor.refuses-after", "回环接口上 {milliseconds} ms 之后得到 {error}"},
      {"doctor.scheduler", "调度器"},
      {"doctor.wakes-after", "线程被唤醒之后 {median} µs 开始运行（最差 {worst} µs）"},
      {"doctor.descriptors", "文件描述符"},
      {"doctor.at-once", "可同时打开 {count} 个"},
      {"doctor.too-few", "可同时打开 {count} 个；若有五十个 actor：ulimit -n 1024"},

      // ----------------------------------------------------------------------------------------- what a check has seen
      {"finding.nothing", "什么也没有"},
      {"finding.call", "第 {line} 行的 {call}（事件 {event}）"},
      {"finding.message", "第 {line} 行的消息（事件 {event}）"},
      {"finding.file", "第 {line} 行的文件 {file}（事件 {event}）"},
      {"finding.event", "事件 {event}"},
      {"finding.between-places", "、"},
      {"finding.check", "{what}：期待 {expected}，看到 {observed}"},
      {"finding.check-at", "{what}：期待 {expected}，看到 {observed}；见{places}"},
      {"finding.not-predicted", "第 {line} 行：{what} 还是 `???`"},
      {"finding.no-prediction", "缺少一个预测：`predict` 下面没有 {what}"},
      {"finding.prediction-of-many", "第 {line} 行：对 {what} 的预测是一个值，不能是 {guess}"},
      {"finding.prediction", "第 {line} 行：{what} 预测为 {guess}，实际是 {was}"},
      {"finding.prediction-at", "第 {line} 行：{what} 预测为 {guess}，实际是 {was}；见{places}"},
      {"finding.expectation", "第 {line} 行：步骤期待 {expected}，而来的是 {observed}（事件 {event}）"},
      {"finding.no-failure", "没有失败"},
      {"finding.ended", "{actor} 以 {error} 结束，这是没有预料到的"},
      {"finding.ended-at", "{actor} 以 {error} 结束，这是没有预料到的：{places}"},
      {"finding.wait", "{actor} 在第 {line} 行{doing}"},
      {"finding.deadlock", "运行以死锁结束"},
      {"finding.outcome", "运行以 {outcome} 结束"},
      {"finding.colon", "："},
      {"finding.unanswered", "第 {line} 行：还有 `???`"},

      // -------------------------------------------------------------------------------------------------------- scores
      {"scores.points", "{points} 分，满分 {most} 分"},
      {"scores.hidden-check", "隐藏的检查"},
      {"scores.hidden", "评分时还有 {cases} 项检查，共 {points} 分"},
      {"scores.looks-like", "看来是"},
      {"scores.because", "因为"},
      {"scores.total", "总计"},
      {"scores.still-open", "尚未完成：{open}"},
      {"scores.lab", "实验 {lab}"},
      {"scores.unanswered", "其中还有没有作答的地方。"},
      {"scores.inconclusive", "机器太慢，无法判断。这不是答案的错。"},
      {"scores.not-observable", "所问的内容在运行它的地方看不到；make doctor 会说明原因。"},
      {"scores.not-handed-in", "没有这个文件。"},
      {"scores.invalid", "这个文件不是场景。"},
      {"scores.not-allowed", "它修改了不得修改的地方，或者使用了不得使用的内容。"},
      {"scores.crashed", "运行它的进程死掉了。"},
      {"scores.over-limit", "它使用的时间、内存或磁盘超过了限制。"},
      {"scores.did-not-finish", "轮到它之前，评分已经中断。"},
  };
}

}  // namespace wirelab::words::chinese
