#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a library: executes the callback with one input after the other; never returns where one crashes.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*callback)(const uint8_t *data, size_t count));
