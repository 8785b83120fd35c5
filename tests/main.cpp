// The one main() of every CAF test program.
#include <caf/test/unit_test_impl.hpp>
