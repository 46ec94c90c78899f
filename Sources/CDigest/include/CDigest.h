#ifndef CDIGEST_H
#define CDIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Takes whole blocks of 64 bytes into the eight words of a SHA-256 (FIPS 180-4, section 6.2.2), with the processor's
/// instructions for it where it has them.
void cd_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count);

/// The same in plain C, whatever the processor.
void cd_sha256_blocks_plain(uint32_t state[8], const uint8_t *blocks, size_t count);

#endif
