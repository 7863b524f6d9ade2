namespace Gorb.Tests.Targets;

/// <summary>The addresses of a fake host, which <see cref="AddressTarget"/> writes to.</summary>
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

    /// <summary>The number of further exchanges whose answers are lost although the changes are made.</summary>
    public int LoseAnswers { get; set; }

    public bool IsReachable { get; set; } = true;

    public Predicate<string> Refuses { get; set; } = static _ => false;

    /// <summary>Called before each change with its text, such as "add 10.9.0.100".</summary>
    public Action<string> OnChange { get; set; } = static _ => { };

    /// <summary>Changes addresses as another program would.</summary>
    public void Change(Action<ISet<string>> change)
    {
        lock (_lock)
        {
            change(_present);
        }
    }

    /// <summary>Adds or removes an address.</summary>
    /// <returns>False if the address was already added or removed.</returns>
    public bool Change(string address, bool isAdded)
    {
        OnChange($"{(isAdded ? "add" : "remove")} {address}");
        lock (_lock)
        {
            return isAdded ? _present.Add(address) : _present.Remove(address);
        }
    }
}
