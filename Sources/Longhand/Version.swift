/// The version of this library and of its command, which every run notes down.
public let longhandVersion = "0.1.0"
