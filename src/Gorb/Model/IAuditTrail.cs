namespace Gorb.Model;

/// <summary>Records who changed what. Can be used by several threads.</summary>
internal interface IAuditTrail
{
    /// <summary>Makes sure that the next changes can be recorded. Called by the writer before it makes them.</summary>
    /// <exception cref="StateException">They cannot be recorded, so they must not be made.</exception>
    void Prepare();

    /// <summary>Tries whether changes can be recorded, without one.</summary>
    /// <returns>Why changes are refused; null when they are not.</returns>
    string? Trouble();

    /// <summary>Records changes that were made, in their order.</summary>
    /// <returns>
    /// A task that completes when the record is where it must be before the changes are answered. It fails with <see cref="StateException"/> if that is not possible;
    /// the record is then written as soon as it is.
    /// </returns>
    Task RecordAsync(IReadOnlyList<AuditedChange> changes);

    /// <summary>Records a change that was refused. A failure is logged; the answer is a refusal anyway.</summary>
    Task RecordAsync(AuditedRefusal refusal);

    /// <summary>Records something that a client did beside the wanted table, such as announcing an address.</summary>
    /// <returns>A task as for changes of the table.</returns>
    Task RecordAsync(ChangeOrigin origin);
}

/// <summary>One accepted request of a batch.</summary>
/// <param name="Origin">Its author.</param>
/// <param name="Before">The table before it.</param>
/// <param name="After">The table after it.</param>
/// <param name="Touched">Names of the services that may differ between the tables.</param>
internal readonly record struct AuditedChange(ChangeOrigin Origin, Table Before, Table After, IReadOnlyCollection<string> Touched);

/// <summary>A request that would have changed something and was refused.</summary>
/// <param name="Trace">The request.</param>
/// <param name="Actor">The client; null if it is not known.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Reason">Why it was refused.</param>
internal sealed record AuditedRefusal(RequestTrace Trace, string? Actor, int Status, string Reason);

/// <summary>The request that a change comes from.</summary>
/// <param name="Id">Its id (X-Request-Id).</param>
/// <param name="From">The address of the client, or "unix" with the process for a Unix socket.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with its query, in printable characters.</param>
internal sealed record RequestTrace(string Id, string From, string Method, string Path)
{
    /// <summary>True if the answer waits for all directors of the cluster.</summary>
    public bool AwaitsAll { get; init; }
}
