namespace Gorb.Leases;

/// <summary>An address cannot be on this host now; the message says why.</summary>
internal sealed class LeaseException(string message) : Exception(message);
