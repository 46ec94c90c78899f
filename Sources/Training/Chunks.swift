internal import Compute

// Passes over a flat buffer go in chunks of a fixed size: several threads share them out, and what is summed over them
// is summed in their order, so the result is the same for any number of threads.

private let chunkSize = 1 << 16

/// How many chunks a buffer has.
func chunkCount(of count: Int) -> Int { (count + chunkSize - 1) / chunkSize }

/// Chunk i of a buffer, as one row.
func chunk<Storage>(_ i: Int, of storage: Storage, count: Int) -> Matrix<Storage> {
  let start = i * chunkSize
  return Matrix(storage, offset: start, rows: 1, columns: min(chunkSize, count - start))
}
