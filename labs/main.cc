#include "labs/cli.hh"

int main(int argc, char** argv) { return wirelab::command_line(argc, argv); }
