# For the scripts that do what docs/instructor.md shows. Sourced, from the folder of the sources.

# Whoever calls them may be make, or a shard of something else.
unset MAKEFLAGS MAKELEVEL MFLAGS GTEST_TOTAL_SHARDS GTEST_SHARD_INDEX
labs=${LAB:-$(echo scenarios/lab* | tr -dc "0-9 ")}
[ -z "${LAB:-}" ] || export LAB # for `make grade`

# shown NAME: the block of the page that begins with ```LANGUAGE NAME.
shown() {
  awk -v name="$1" '/^```./ { inside = $2 == name; found += inside; next } /^```$/ { inside = 0 } inside
                    END { exit found != 1 }' docs/instructor.md ||
    { echo "docs/instructor.md does not show $1, or more than once" >&2; return 1; }
}

# machine FOLDER CLASS: what a machine has that checked this out, built it, and has a class to grade.
machine() {
  mkdir -p "$1"
  cp -a Makefile CMakeLists.txt core labs scenarios tests "$1"
  cp -a --parents build/CMakeCache.txt build/wirelab build/tests/grade_class "$1"
  cp -a "$2" "$1/submissions"
}

# grade_on_one_machine FOLDER CLASS: FOLDER/grades/grades.csv is what all else is held against.
grade_on_one_machine() {
  machine "$1" "$2"
  (cd "$1" && make grade SUBMISSIONS=submissions >table.txt) || { cat "$1/table.txt"; return 1; }
  # head(1) would end before its writer has, which pipefail takes for a failure.
  sed -n '/^ student /,/^$/p' "$1/table.txt" | sed -n 1,12p
}

# same_grades HOW ONE OTHER: two machines' folders, byte for byte.
same_grades() {
  diff "$2/grades/grades.csv" "$3/grades/grades.csv" || { echo "$1: not the grades of one machine" >&2; return 1; }
  echo "$1: grades.csv is what one machine gives, $(($(wc -l <"$2/grades/grades.csv") - 1)) students"
}
