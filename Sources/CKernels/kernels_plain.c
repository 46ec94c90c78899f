// The kernels for any machine.
#include "vector.h"

#include <math.h>

#define NAME(x) x##_plain
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define TILES TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1)

#include "kernels.inc"
