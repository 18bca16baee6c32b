# What students and instructors type. Everything is built by CMake into build/; `make help` lists the targets.

MAKEFLAGS += --no-print-directory
BUILD    := build
PROGRAM  := $(BUILD)/wirelab
GRADER   := $(BUILD)/tests/grade_class
SOURCES  := $(shell find core labs -name '*.cc' -o -name '*.hh') CMakeLists.txt core/CMakeLists.txt
# What students get is without the tests.
TESTS    := $(wildcard tests/CMakeLists.txt)
JOBS     := $(shell nproc 2>/dev/null || echo 2)
PROGRAMS := tcp-server tcp-client udp-server udp-client file-receive file-send
LABS     := $(sort $(notdir $(wildcard scenarios/lab*)))

# What Debian and Ubuntu call the libraries; and xmllint, which a test of the JUnit report asks.
PACKAGES := g++ cmake libyaml-cpp-dev libfmt-dev libcli11-dev nlohmann-json3-dev nettle-dev libmnl-dev libarchive-dev \
            $(if $(TESTS),libgtest-dev libgmock-dev libxml2-utils)
HEADERS  := yaml-cpp/yaml.h fmt/core.h CLI/CLI.hpp nlohmann/json.hpp nettle/sha2.h libmnl/libmnl.h archive.h \
            $(if $(TESTS),gtest/gtest.h gmock/gmock.h)

.DEFAULT_GOAL := help
.PHONY: help labs explain doctor compare $(PROGRAMS) broadcast-send broadcast-listen http-server http-get $(LABS) $(LABS:lab%=check%) \
        $(LABS:lab%=hint%) $(LABS:lab%=reset%) progress submit clean

help:
	@echo 'make lab1 … lab$(words $(LABS))        watch a lab: real sockets, and what they did and why'
	@echo 'make lab2 FILE=my.yaml  play a scenario of your own'
	@echo 'make check2             what your answers come to; EXERCISE=1: of that one'
	@echo 'make hint2              the next hint of an exercise; EXERCISE=1, ALL=yes'
	@echo 'make reset2 EXERCISE=1  give an exercise back as it was; yours is kept beside it'
	@echo 'make progress           all exercises at a glance'
	@echo 'make submit             pack your exercises; STUDENT=name'
	@echo 'make tcp-server         and make tcp-client beside it; or udp-; EXPLAIN=yes'
	@echo 'make file-receive       into received/, and make file-send FILE=path beside it'
	@echo 'make http-server        for FOLDER=path, and make http-get URL=page beside it'
	@echo 'make broadcast-listen   twice, and make broadcast-send TEXT=words beside them'
	@echo 'make compare            TCP and UDP, side by side'
	@echo 'make doctor             what this machine allows, and how to get more'
	@echo 'make labs               list the labs and their scenarios'
	@echo 'make explain            all that is explained; RULE=coalesced-recv: that alone'
ifneq ($(TESTS),)
	@echo 'make handout            pack what students get; STUDENT=name KEY=file: of one'
	@echo 'make grade              grade this copy; SUBMISSIONS=folder: a class; LAB=3'
	@echo 'make merge              put the shards of a class together; SUBMISSIONS=folder'
	@echo 'make test               the whole test suite'
	@echo 'make test-slurm         grade a class of 50 with Slurm, and on one machine'
	@echo 'make asan, make tsan    the test suite under the sanitizers'
	@echo 'make stress             labs 100 times, solutions TIMES=1000, on a busy machine'
	@echo 'make fuzz               RUNS=15000 broken files; packets, streams: 10 times that'
	@echo 'make bench              how fast it is, beside a peer; a class of STUDENTS=1000'
endif
	@echo 'make clean              remove what was built'

# The shell sees what make was given as it was given, whatever signs are in it. Shells may have HOST, and containers PORT,
# in the environment: that is not meant here.
given = $(if $(filter command,$(origin $(1))),$(value $(1)))
TYPED := FILE EXERCISE FOLDER URL OUTPUT HOST PORT RULE
$(foreach name,$(TYPED),$(eval export GIVEN_$(name) = $$(call given,$(name))))
as_typed = $(if $(call given,$(1)),"$$GIVEN_$(1)",$(2))

$(LABS): $(PROGRAM)
	@$(PROGRAM) run $(call as_typed,FILE,$(sort $(wildcard scenarios/$@/[0-9]*.yaml)))

# That something is still open, or failed, is no failure of make's. Of another end, such as that by Ctrl-C, make says its number.
open_is_fine = { status=$$?; [ $$status = 1 ] || exit $$status; }
$(LABS:lab%=check%): check%: $(PROGRAM)
	@$(PROGRAM) assess scenarios/lab$* $(call as_typed,EXERCISE) || $(open_is_fine)

progress: $(PROGRAM)
	@$(PROGRAM) progress || $(open_is_fine)

$(LABS:lab%=hint%): hint%: $(PROGRAM)
	@$(PROGRAM) hint $(if $(ALL),--all) scenarios/lab$* $(call as_typed,EXERCISE)

$(LABS:lab%=reset%): reset%: $(PROGRAM)
	@$(PROGRAM) reset scenarios/lab$* $(call as_typed,EXERCISE)

# The shell sees STUDENT as make was given it, and takes no other than a plain name.
STUDENT ?= $(shell id -un)
export STUDENT
plain_name = case "$$STUDENT" in ''|-*|*[!A-Za-z0-9._-]*) \
	  echo 'STUDENT= takes letters, digits, ".", "_" and "-".' >&2; exit 1;; esac

# Of a file that is a link tar packs what it leads to (-h): the link would lead nowhere else.
submit: $(PROGRAM)
	@$(plain_name); list=$$(mktemp) && trap 'rm -f "$$list"' EXIT && \
	$(PROGRAM) submission scenarios >"$$list" && \
	tar -chzf "submission-$$STUDENT.tar.gz" -C scenarios --verbatim-files-from --files-from="$$list" && \
	echo "submission-$$STUDENT.tar.gz is what you hand in."

$(PROGRAMS): $(PROGRAM)
	@$(PROGRAM) $@ $(if $(filter file-send,$@),$(call as_typed,FILE,'')) $(call as_typed,HOST,127.0.0.1) $(call as_typed,PORT) \
	  $(if $(call given,EXPLAIN),--explain) $(if $(call given,CONCURRENT),--concurrent)

http-server: $(PROGRAM)
	@$(PROGRAM) $@ $(call as_typed,FOLDER,scenarios/lab7) $(call as_typed,HOST,127.0.0.1) $(call as_typed,PORT) \
	  $(if $(call given,EXPLAIN),--explain)

http-get: $(PROGRAM)
	@$(PROGRAM) $@ $(call as_typed,URL,http://127.0.0.1:8080/page.html) \
	  $(if $(call given,OUTPUT),-o "$$GIVEN_OUTPUT") $(if $(call given,EXPLAIN),--explain)

broadcast-listen: $(PROGRAM)
	@$(PROGRAM) $@ $(call as_typed,PORT) $(if $(call given,EXPLAIN),--explain)

TEXT ?= Who is there?
broadcast-send: export TEXT := $(TEXT)
broadcast-send: $(PROGRAM)
	@$(PROGRAM) $@ "$$TEXT" $(call as_typed,PORT) $(if $(call given,EXPLAIN),--explain)

compare: $(PROGRAM)
	@$(PROGRAM) compare $(call given,FILES)

labs: $(PROGRAM)
	@$(PROGRAM) list

explain: $(PROGRAM)
	@$(PROGRAM) explain $(call as_typed,RULE)

doctor: $(PROGRAM)
	@$(PROGRAM) doctor

$(PROGRAM): $(BUILD)/CMakeCache.txt $(SOURCES)
	@echo 'Building Wirelab (once; a few minutes at the most) …'
	@cmake --build $(BUILD) --target wirelab --parallel $(JOBS)
	@touch $@

# The libraries are looked for first, and installed where that may be done without asking.
$(BUILD)/CMakeCache.txt:
	@if ! printf '#include <%s>\n' $(HEADERS) | c++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null; then \
	  install='apt-get install -y --no-install-recommends $(PACKAGES)'; \
	  if ! command -v apt-get >/dev/null; then \
	    echo 'Wirelab needs these libraries (as Debian names them): $(PACKAGES)' >&2; \
	    echo 'Install what your system calls them, then type the same make command again.' >&2; exit 1; \
	  elif [ "$$(id -u)" = 0 ]; then as_root=; \
	  elif sudo -n true 2>/dev/null; then as_root=sudo; \
	  else \
	    echo 'Some libraries are missing. Install them with' >&2; \
	    echo "  sudo apt-get update && sudo $$install" >&2; \
	    echo 'then type the same make command again.' >&2; exit 1; \
	  fi; \
	  echo 'Installing the libraries Wirelab is built with …'; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $$as_root apt-get update -q && $$as_root $$install || exit 1; \
	fi
	@cmake -S . -B $(BUILD) || { rm -f $@; exit 1; }

# From here on for whoever has the tests, which students do not.
ifneq ($(TESTS),)
.PHONY: handout grader grade merge test test-slurm bench asan tsan stress fuzz

export SUBMISSIONS KEY RESULTS HANDOUT
HANDOUT := wirelab-handout.tar.gz
handout: $(PROGRAM)
	@$(plain_name); $(if $(KEY),,$(if $(call given,STUDENT),echo 'A handout of one student needs KEY= as well.' >&2; exit 1;)) \
	tests/handout/pack $(PROGRAM) "$$HANDOUT" $(if $(KEY),"$$STUDENT" "$$KEY")

# What grade_class ends with if it has graded everything, and something failed, is no failure of the grading. Shards of a
# grading are in folders below its own.
RESULTS  := grades
SHARD     = $(if $(GTEST_TOTAL_SHARDS)$(GTEST_SHARD_INDEX),/shard-$(GTEST_SHARD_INDEX))
WHAT      = $(if $(SUBMISSIONS),--submissions "$$SUBMISSIONS") $(if $(LAB),--lab $(LAB)) $(if $(KEY),--key "$$KEY")
grade: $(GRADER)
	@$(GRADER) $(WHAT) --results "$$RESULTS$(SHARD)" || $(open_is_fine)

merge: $(GRADER)
	@$(GRADER) --merge "$$RESULTS"/shard-* $(WHAT) --results "$$RESULTS"

# By itself: before several machines that share this folder set out to grade.
grader: $(GRADER)

$(GRADER): $(BUILD)/CMakeCache.txt $(SOURCES) $(wildcard tests/grading/*.cc)
	@echo 'Building the grader (once; a few minutes at the most) …'
	@cmake --build $(BUILD) --target grade_class --parallel $(JOBS)
	@touch $@

test: $(PROGRAM)
	@cmake --build $(BUILD) --parallel $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --parallel $(JOBS)

# The same tests, in a build of their own, watched by the compiler's sanitizers.
asan: SANITIZE := address,undefined
tsan: SANITIZE := thread
# The grader has one thread; its children are copies made by fork, and in such a one that sanitizer's own thread keeps it
# from entering a user namespace, unshare(2).
tsan: BUT := --exclude-regex '^grader\.'
asan tsan: $(PROGRAM)
	@cmake -S . -B $(BUILD)-$@ -DWIRELAB_SANITIZE=$(SANITIZE) >/dev/null
	@cmake --build $(BUILD)-$@ --parallel $(JOBS)
	@ctest --test-dir $(BUILD)-$@ --output-on-failure --parallel $(JOBS) $(BUT)

# LAB=3: of one lab alone, and sooner.
test-slurm: $(PROGRAM) $(GRADER)
	@cmake --build $(BUILD) --target make_class --parallel $(JOBS) >/dev/null
	@LAB='$(LAB)' tests/slurm/grade-class 50

stress: $(PROGRAM)
	@cmake --build $(BUILD) --target grade_class make_class --parallel $(JOBS) >/dev/null
	@tests/stress/repeat-labs $(PROGRAM)
	@tests/stress/grade-solutions $(BUILD) $(TIMES)

# `make fuzz CXX=clang++` lets libFuzzer drive; any other compiler makes do with tests/fuzz/replay.cc. Packets and streams
# are quick: there are ten times as many of them.
RUNS     := 15000
FUZZ     := $(BUILD)-fuzz$(if $(findstring clang,$(CXX)),-clang)
comma    := ,
WATCH    := address,undefined$(if $(findstring clang,$(CXX)),$(comma)fuzzer-no-link)
fuzz: export UBSAN_OPTIONS := halt_on_error=1:print_stacktrace=1
fuzz: $(BUILD)/CMakeCache.txt
	@cmake -S . -B $(FUZZ) -DCMAKE_CXX_COMPILER=$(CXX) -DWIRELAB_SANITIZE=$(WATCH) >/dev/null
	@cmake --build $(FUZZ) --target fuzzers --parallel $(JOBS)
	@$(FUZZ)/tests/fuzz/fuzz_seeds $(FUZZ)/corpus
	@cd $(FUZZ) && tests/fuzz/packet_fuzz -seed=1 -runs=$(RUNS)0 corpus/packet
	@cd $(FUZZ) && tests/fuzz/framing_fuzz -seed=1 -runs=$(RUNS)0 corpus/framing
	@cd $(FUZZ) && tests/fuzz/loader_fuzz -seed=1 -runs=$(RUNS) corpus/loader $(CURDIR)/scenarios $(CURDIR)/tests/broken

bench: $(PROGRAM)
	@cmake --build $(BUILD) --target bench bare_conversation wire_bench grade_class make_class --parallel $(JOBS) >/dev/null
	@$(BUILD)/tests/bench $(PROGRAM) $(BUILD)/tests/bare_conversation $(wildcard scenarios/lab[123567]/[1-7]*.yaml)
	@$(BUILD)/tests/wire_bench
	@tests/bench/file-transfer $(PROGRAM)
	@tests/grading/bench-class $(BUILD) $(STUDENTS)
endif

clean:
	@rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz $(BUILD)-fuzz-clang
