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

/// Rows under a head, the columns set to the right but the first, and no columns wider than they need be.
func columns(_ head: [String], _ rows: [[String]]) -> String {
  let lines = [head] + rows
  let widths = head.indices.map { column in lines.map { $0[column].unicodeScalars.count }.max() ?? 0 }
  return lines.map { line in
    zip(line, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.unicodeScalars.count)
      return column == 0 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}

/// A share as people write it: 12.3 %.
func percent(_ share: Double) -> String { decimal(share * 100, 1) + " %" }

/// Bits of nats.
func bits(_ nats: Double) -> Double { nats / M_LN2 }

/// The perplexity of a mean of nats.
func perplexity(_ nats: Double) -> Double { exp(nats) }
