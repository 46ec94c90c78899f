@preconcurrency @unsafe import Dispatch
import Longhand
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP), as a request to finish what is begun, and stop.
///
/// A second one ends the process at once.
final class StopRequest: StopSignal {
  private let received = Atomic<Int32>(0)
  private let sources: [any DispatchSourceSignal]
  private static let numbers = [SIGINT, SIGTERM] + (isHangUpIgnored ? [] : [SIGHUP])

  /// Whether this process was started to outlive its terminal, as nohup does it.
  private static var isHangUpIgnored: Bool {
    let handler = signal(SIGHUP, SIG_IGN)
    signal(SIGHUP, handler)
    let (before, ignored) = unsafe (unsafeBitCast(handler, to: Int.self), unsafeBitCast(SIG_IGN, to: Int.self))
    return before == ignored
  }

  /// Watches for signals from now on.
  ///
  /// - Parameter consequence: what a first signal leads to, for people to read; nil says nothing.
  init(consequence: String?) {
    sources = Self.numbers.map(Self.source)
    for (source, number) in zip(sources, Self.numbers) {
      source.setEventHandler { [weak self] in
        guard let self else { return }
        let (first, _) = received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        if first {
          if let consequence { printError("\n\(consequence); once more to stop at once") }
        } else {
          Self.endProcess(by: number)
        }
      }
      source.resume()
    }
  }

  /// Lets signals end the process again.
  func end() {
    for source in sources { source.cancel() }
    for number in Self.numbers { signal(number, SIG_DFL) }
  }

  /// Has a signal end the process as it would, but without what it keeps in scratch folders.
  static func removeScratchFolders() {
    for number in numbers {
      let source = source(of: number)
      // The source keeps itself alive by its handler.
      source.setEventHandler {
        _ = source
        ScratchFolder.removeAll()
        endProcess(by: number)
      }
      source.resume()
    }
  }

  /// What is told of a signal that no longer ends the process.
  private static func source(of number: Int32) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    return DispatchSource.makeSignalSource(signal: number, queue: .global())
  }

  /// Lets a signal have its way with the process; a thread of Dispatch blocks its own.
  private static func endProcess(by number: Int32) {
    signal(number, SIG_DFL)
    kill(getpid(), number)
  }

  var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// The exit status of a process that a signal ended: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP.
  var exitStatus: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }

  /// Lets a request to stop through that a parent process had blocked, and keeps writing from being a reason to die.
  ///
  /// Writing to a closed pipe, or beyond a limit on the size of files, is an error to report.
  static func prepareSignals() {
    var requests = sigset_t()
    unsafe sigemptyset(&requests)
    for number in numbers { unsafe sigaddset(&requests, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &requests, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
