#ifndef CCOMPRESSION_H
#define CCOMPRESSION_H

#include <stddef.h>
#include <stdint.h>

/// Decompression of streams by zlib and libzstd, in plain types.

enum compression_format { COMPRESSION_GZIP, COMPRESSION_ZSTD };

typedef struct decompressor decompressor;

/// Makes a decompressor, or gives NULL when there is no memory.
decompressor *decompressor_open(enum compression_format format);
void decompressor_close(decompressor *stream);

enum decompressor_result {
  /// Within a member.
  DECOMPRESSOR_GOES_ON,
  /// At the end of a member, which another may follow.
  DECOMPRESSOR_MEMBER_ENDED,
  /// The bytes are not of the format, or damaged.
  DECOMPRESSOR_DAMAGED,
  /// The stream asks for more memory than is given to it.
  DECOMPRESSOR_TOO_LARGE
};

/// Takes compressed bytes and makes plain ones, as many as fit; `taken` and `made` say how many.
enum decompressor_result decompressor_run(decompressor *stream, const uint8_t *compressed, size_t compressed_count,
                                          size_t *taken, uint8_t *plain, size_t plain_count, size_t *made);

#endif
