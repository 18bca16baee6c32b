// Drives a fuzz target where libFuzzer is not at hand: each input of the corpus as it is, then seeded random changes of
// them. It learns nothing from what the target does with an input; its worth is in the target's own demands and in the
// sanitizers. It takes libFuzzer's options -runs, -seed and -max_len, and files or folders. An input that ends the
// program is kept in a file: naming that as the corpus with -runs=0 plays it again.

#include <sanitizer/common_interface_defs.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

namespace fs = std::filesystem;

struct Options {
  std::uint64_t runs = 10'000;
  std::uint64_t seed = 1;
  std::size_t max_length = 4096;
  std::vector<fs::path> corpus;
};

/// Nothing if an option is unknown.
bool read(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const auto value = [&](std::string_view name, auto& number) {
      if (!argument.starts_with(name)) return false;
      number = std::strtoull(arguments[i] + name.size(), nullptr, 10);
      return true;
    };
    if (value("-runs=", options.runs) || value("-seed=", options.seed) || value("-max_len=", options.max_length))
      continue;
    if (argument.starts_with("-")) return false;
    options.corpus.emplace_back(argument);
  }
  return true;
}

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> read_corpus(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());  // the same seed means the same inputs on every machine
  std::vector<std::string> corpus;
  for (const fs::path& file : files) corpus.push_back(contents(file));
  if (corpus.empty()) corpus.emplace_back();
  return corpus;
}

/// Changes an input in one to eight places.
class Mutator {
 public:
  Mutator(const std::vector<std::string>& corpus, const Options& options)
      : corpus_(corpus), max_length_(options.max_length), random_(options.seed) {}

  std::string next() {
    std::string input = any_input();
    for (std::size_t left = 1 + below(8); left > 0; --left) change(input);
    if (input.size() > max_length_) input.resize(max_length_);
    return input;
  }

 private:
  // Not std::uniform_int_distribution: what it makes of the same random bits differs between libraries.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
  const std::string& any_input() { return corpus_[below(corpus_.size())]; }
  char any_byte() {
    constexpr unsigned char at_the_edge[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, '\n', '"', ' '};
    return static_cast<char>(below(2) == 0 ? at_the_edge[below(std::size(at_the_edge))] : below(256));
  }

  void change(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t length = below(1 + std::min<std::size_t>(input.size() - at, 64));
    switch (below(7)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ 1 << below(8));
        break;
      case 1:
        if (at < input.size()) input[at] = any_byte();
        break;
      case 2:
        input.insert(at, 1 + below(8), any_byte());
        break;
      case 3:
        input.erase(at, length);
        break;
      case 4:
        input.insert(below(input.size() + 1), input.substr(at, length));
        break;
      case 5: {
        const std::string& other = any_input();
        const std::size_t from = below(other.size() + 1);
        input.replace(at, length, other, from, below(65));
        break;
      }
      default:
        if (below(8) == 0) input.resize(at);
    }
  }

  const std::vector<std::string>& corpus_;
  std::size_t max_length_;
  std::mt19937_64 random_;
};

/// The input being tried, for whoever has to look at it afterwards. A signal handler cannot be handed anything.
std::string_view current;

void keep_current_input() {
  constexpr char name[] = "crash-input";
  FILE* file = std::fopen(name, "wb");
  if (file == nullptr) return;
  std::fwrite(current.data(), 1, current.size(), file);
  std::fclose(file);
  constexpr char message[] = "The input that did it is in ./crash-input\n";
  if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0) return;
}

extern "C" void keep_and_die(int signal) {
  keep_current_input();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void try_input(const std::string& input) {
  const std::vector<std::uint8_t> exact(input.begin(), input.end());  // so that a byte read behind it is seen
  current = input;
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!read(count, arguments, options)) {
    std::fprintf(stderr, "usage: %s [-runs=N] [-seed=N] [-max_len=N] CORPUS...\n", arguments[0]);
    return 2;
  }
  __sanitizer_set_death_callback(keep_current_input);
  std::signal(SIGABRT, keep_and_die);
  const std::vector<std::string> corpus = read_corpus(options.corpus);
  for (const std::string& input : corpus) try_input(input);
  Mutator mutator(corpus, options);
  for (std::uint64_t run = 0; run < options.runs; ++run) try_input(mutator.next());
  std::printf("%zu inputs and %llu changed ones\n", corpus.size(), static_cast<unsigned long long>(options.runs));
  return 0;
}
