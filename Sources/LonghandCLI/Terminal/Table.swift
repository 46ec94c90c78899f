#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of a name and a value, the values under one another.
func table(_ rows: [(String, String)]) -> String {
  let width = rows.map(\.0.utf8.count).max() ?? 0
  return rows.map { name, value in
    name + String(repeating: " ", count: width - name.utf8.count + 2) + value
  }.joined(separator: "\n")
}

/// Bits of nats.
func bits(_ nats: Double) -> Double { nats / M_LN2 }

/// The perplexity of a mean of nats.
func perplexity(_ nats: Double) -> Double { exp(nats) }
