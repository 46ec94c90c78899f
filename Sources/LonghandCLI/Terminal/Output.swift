import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Opens /dev/null in place of standard streams that are closed, lest a file of ours gets their number and our messages.
///
/// For input and output it is opened so that using it fails, as a closed stream would.
func occupyStandardStreams() {
  for (stream, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
  where fcntl(stream, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", mode)
  }
}

/// Writes results to standard output, all of them or an error.
func printResult(_ text: String, terminator: String = "\n") throws {
  try write(Array((text + terminator).utf8), to: STDOUT_FILENO)
}

/// Writes bytes to standard output as they are.
func printResult(_ bytes: [UInt8]) throws { try write(bytes, to: STDOUT_FILENO) }

/// Writes a message to standard error; when even that fails there is nobody to tell.
func printError(_ text: String, terminator: String = "\n") {
  try? write(Array((text + terminator).utf8), to: STDERR_FILENO)
}

/// A path as a shell reads it: in quotation marks where it needs them.
func quoted(_ path: String) -> String {
  let isPlain = path.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "_")
  }
  let shown = DataError.shown(path)
  return isPlain ? shown : "'" + shown.replacing("'", with: "'\\''") + "'"
}

/// Ends the process with a status.
func endProcess(_ status: Int32) -> Never { exit(status) }

private func write(_ bytes: [UInt8], to descriptor: Int32) throws(DataError) {
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes[done...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    // Nobody reads the results any more: end as other commands do. What is only told may go unread.
    if count < 0 && errno == EPIPE && descriptor == STDOUT_FILENO { _exit(141) }
    guard count > 0 else {
      throw DataError.system(.inputOutput, "cannot write to", path: "standard output", errno: errno)
    }
    done += count
  }
}

/// Whether a descriptor is a terminal that can move its cursor.
func isTerminal(_ descriptor: Int32) -> Bool {
  guard isatty(descriptor) == 1, let kind = unsafe getenv("TERM") else { return false }
  return unsafe strcmp(kind, "dumb") != 0
}

/// The columns of standard error's terminal.
func terminalColumns() -> Int {
  var size = winsize()
  let result = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
  return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
}

/// Draws a bar, with facts behind it, over the present line of standard error.
func bar(_ share: Double, _ facts: String) {
  let width = max(0, min(16, terminalColumns() - facts.utf8.count - 8))
  let full = Int((share * Double(width)).rounded(.down))
  let percent = Int((share * 100).rounded(.down))
  let cells = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  printError("\r\u{1b}[K\(percent < 10 ? "  " : percent < 100 ? " " : "")\(percent)% \(cells) \(facts)", terminator: "")
}

/// A number with a comma between thousands: 1,115,394.
func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.utf8.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number with some decimals, and no more: 1.5145.
func decimal(_ number: Double, _ places: Int) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  let scale = (0..<places).reduce(1.0) { result, _ in result * 10 }
  let rounded = (abs(number) * scale).rounded()
  let whole = Int(rounded / scale)
  let rest = String(Int(rounded - Double(whole) * scale))
  let sign = number < 0 && rounded > 0 ? "-" : ""
  guard places > 0 else { return sign + String(whole) }
  return "\(sign)\(whole)." + String(repeating: "0", count: max(0, places - rest.utf8.count)) + rest
}

/// A number of any size with some decimals and a power of ten: 1.51e-9.
func scientific(_ number: Double, _ places: Int = 2) -> String {
  guard number.isFinite, number != 0 else { return "\(number)" }
  // From here on a number would be rounded to 10.
  let bound = 10 - (0..<places).reduce(0.5) { result, _ in result / 10 }
  var (scaled, power) = (number, 0)
  while abs(scaled) < bound / 10 { (scaled, power) = (scaled * 10, power - 1) }
  while abs(scaled) >= bound { (scaled, power) = (scaled / 10, power + 1) }
  return decimal(scaled, places) + "e\(power)"
}

/// A number of at least 0 that may be as large as it likes: 4.2583, 8.500e23, above 1e308.
func figure(_ number: Double, _ places: Int = 4) -> String {
  if number == .infinity { return "above 1e308" }
  return number < 1e9 ? decimal(number, places) : scientific(number, 3)
}

/// A duration as people write it: 48s, 3m 05s, 2h 10m.
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
  let s = Int(seconds.rounded())
  func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
  if s < 60 { return "\(s)s" }
  if s < 3600 { return "\(s / 60)m \(two(s % 60))s" }
  return "\(s / 3600)h \(two(s / 60 % 60))m"
}

/// A size in memory: 96 MB.
func memorySize(_ bytes: Int) -> String {
  bytes < 1_000_000_000 ? "\((bytes + 999_999) / 1_000_000) MB" : decimal(Double(bytes) / 1e9, 1) + " GB"
}
