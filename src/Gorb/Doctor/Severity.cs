namespace Gorb.Doctor;

/// <summary>How bad a finding is, the worst first.</summary>
internal enum Severity
{
    /// <summary>Clients are lost, or will be at the next failure that a load balancer is there for.</summary>
    Error,

    /// <summary>Something works worse than it could, or breaks under load or in a failure.</summary>
    Warning,

    /// <summary>Good to know; it may be meant.</summary>
    Note,
}
