namespace Gorb.Tests.Targets;

/// <summary>The addresses of a host that is not there: what <see cref="AddressTarget"/> writes to.</summary>
internal sealed class FakeAddresses
{
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _present = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Present
    {
        get
        {
            lock (_lock)
            {
                return [.. _present];
            }
        }
    }

    /// <summary>How many exchanges lose their answers although the work was done.</summary>
    public int LoseAnswers { get; set; }

    public bool IsReachable { get; set; } = true;

    public Predicate<string> Refuses { get; set; } = static _ => false;

    /// <summary>Called before each change, with its words.</summary>
    public Action<string> OnChange { get; set; } = static _ => { };

    /// <summary>Changes addresses as something else than Gorb does.</summary>
    public void Change(Action<ISet<string>> change)
    {
        lock (_lock)
        {
            change(_present);
        }
    }

    /// <summary>Adds or removes an address.</summary>
    /// <returns>False when it is there, or not there, already.</returns>
    public bool Change(string address, bool isAdded)
    {
        OnChange($"{(isAdded ? "add" : "remove")} {address}");
        lock (_lock)
        {
            return isAdded ? _present.Add(address) : _present.Remove(address);
        }
    }
}
