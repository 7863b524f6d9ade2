using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Tests.Targets;

/// <summary>
/// A second target, which exists only in tests: it keeps the address of every service on the host. The writer needs no knowledge of it, which shows that a target is an
/// independent folder.
/// </summary>
internal sealed class AddressTarget(FakeAddresses host) : ITarget
{
    public string Name => "addresses";

    public string Description => "the host's addresses";

    public string OtherWriters => "a script with ip address";

    /// <summary>Ranks below the kernel's services.</summary>
    public int Rank => 0;

    public AddressLedger Leftovers { get; } = new();

    public ILedger Ledger => Leftovers;

    public FakeAddresses Host => host;

    /// <summary>The reports in order; null for a report without a problem.</summary>
    public List<string?> Reports { get; } = [];

    public void Start()
    {
        // nothing to prepare
    }

    public bool Matches(Table wanted) => host.Present.ToHashSet().SetEquals(Wanted(wanted));

    public void Flush() => host.Change(static present => present.Clear());

    public IObservation Observe()
    {
        Exchange();
        return new Observation(this, host.Present);
    }

    public ITargetBatch BeginBatch() => new AddressBatch(this);

    public void Report(string? trouble) => Reports.Add(trouble);

    /// <summary>The addresses that a table wants.</summary>
    public static HashSet<string> Wanted(Table table) => [.. table.Services.Values.Select(Of).OfType<string>()];

    /// <summary>The address of a service; null for a service by firewall mark.</summary>
    public static string? Of(Service? service) => service?.Spec.Key.Address?.ToString();

    /// <exception cref="TargetException">The host cannot be reached.</exception>
    public void Exchange()
    {
        if (!host.IsReachable)
        {
            throw new TargetUnavailableException(this, new IOException("addresses cannot be changed: try later"));
        }
    }

    private sealed class Observation(AddressTarget target, IReadOnlyList<string> present) : IObservation
    {
        public IRepair Plan(Table wanted)
        {
            var addresses = Wanted(wanted);
            return new AddressPlan(target, [
                .. addresses.Except(present).Select(static address => new AddressChange(address, IsAdded: true)),
                .. target.Leftovers.Leftovers.Select(static left => left.Address).Intersect(present).Except(addresses).Select(static address => new AddressChange(address, IsAdded: false)),
            ]);
        }
    }
}

/// <summary>An address as the key of a ledger entry.</summary>
internal readonly record struct AddressKey(string Address);

internal sealed class AddressLedger : Ledger<AddressKey>
{
    protected override IEnumerable<AddressKey> FindWanted(Table wanted) => AddressTarget.Wanted(wanted).Select(static address => new AddressKey(address));

    protected override string Write(AddressKey key) => key.Address;

    protected override AddressKey Read(string text) => new(text);
}
