// The command line: wirelab run | diff | check | explain | hint | reset | list | submission | public-rubric | variant |
// doctor.
#pragma once

namespace wirelab {

/// Exit status: 0 all held · 1 a check, expectation or prediction did not · 2 the scenario or the command line is
/// wrong · 3 not possible here · 4 deadlock or timeout · 130 interrupted.
int command_line(int argc, char** argv);

}  // namespace wirelab
