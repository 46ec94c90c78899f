import CLibFuzzer

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Hands the process over to libFuzzer with the arguments of the command line: the target is called with one input after
/// the other, and gives 0.
public func drive(_ target: @convention(c) (_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt) -> Never {
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  exit(LLVMFuzzerRunDriver(&count, &arguments, target))
}
