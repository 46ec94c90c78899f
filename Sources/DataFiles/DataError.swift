#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is wrong with a file, an option or other data from outside.
///
/// The message says what, where (file, line, byte offset) and what to do; the code is the process's exit status, as
/// sysexits.h has it.
public struct DataError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure, by its exit status.
  public enum Code: Int32, Sendable {
    /// The command was used wrongly.
    case usage = 64
    /// The data are wrong or damaged.
    case data = 65
    /// An input is missing or cannot be opened.
    case noInput = 66
    /// An output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed on the way.
    case inputOutput = 74
    /// Another process is using what is needed; a later try may succeed.
    case busy = 75
    /// The terminal was closed (SIGHUP).
    case hungUp = 129
    /// Somebody asked for an end (SIGINT).
    case interrupted = 130
    /// Somebody asked for an end (SIGTERM).
    case terminated = 143
  }

  /// The kind of failure.
  public let code: Code

  /// What is wrong, where, and what to do, in one line.
  public let message: String

  /// An error of a kind, with a message that says what, where and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message alone.
  public var description: String { message }

  /// The error of a system call that failed, such as "cannot open FILE: No such file or directory".
  ///
  /// - Parameters:
  ///   - code: nil takes `noInput` where the path itself is at fault, and `inputOutput` otherwise.
  ///   - what: what could not be done, such as "cannot open".
  ///   - path: the file, shown without control characters.
  ///   - errno: the system's error number.
  public static func system(_ code: Code?, _ what: String, path: String, errno: Int32) -> DataError {
    DataError(
      code ?? (isAboutPath(errno) ? .noInput : .inputOutput),
      "\(what) \(shown(path)): \(String(cString: strerror(errno)))")
  }

  /// Runs the reading of what a file holds: numbers of it that are refused are data that are wrong, and the file is named.
  ///
  /// - Throws: the error of `body` as `data`, the file before its message.
  public static func blaming<R>(_ path: String, _ body: () throws(DataError) -> R) throws(DataError) -> R {
    do {
      return try body()
    } catch {
      throw DataError(.data, "\(shown(path)): \(error.message)")
    }
  }

  /// Runs the reading of a file that may be none of its kind, whose errors then say what to give instead.
  public static func advising<R>(_ advice: String, _ body: () throws(DataError) -> R) throws(DataError) -> R {
    do {
      return try body()
    } catch {
      throw error.code == .data ? DataError(.data, "\(error.message); \(advice)") : error
    }
  }

  /// A name from outside made safe to print in one line.
  ///
  /// Control characters and those that turn the direction of text are written as `\u{…}`; what is very long is cut.
  public static func shown(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars.prefix(1024) {
      switch scalar.value {
      case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether the path is at fault, rather than the device beneath it.
  static func isAboutPath(_ errno: Int32) -> Bool {
    [ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EROFS, EEXIST, ENXIO].contains(errno)
  }
}
