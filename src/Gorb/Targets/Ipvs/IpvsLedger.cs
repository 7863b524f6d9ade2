using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The leftovers in the kernel's table.</summary>
internal sealed class IpvsLedger : Ledger<KernelKey>
{
    /// <summary>Records the effect of a change that is about to be sent: a removal adds a leftover, an addition removes it.</summary>
    public void Note(IpvsChange change)
    {
        switch (change)
        {
            case IpvsChange.RemoveService or IpvsChange.RemoveDestination:
                Add(new KernelKey(change.Service, change.Destination));
                break;
            case IpvsChange.AddService or IpvsChange.AddDestination when HasLeftovers:
                Remove(new KernelKey(change.Service, change.Destination));
                break;
        }
    }

    /// <summary>Returns the wanted leftovers. A backend that is out of the kernel while it is down is wanted, too.</summary>
    protected override IEnumerable<KernelKey> FindWanted(Table wanted)
    {
        foreach (var service in Leftovers.Where(left => wanted.Names.ContainsKey(left.Service)).GroupBy(static left => left.Service))
        {
            var own = wanted.Services[wanted.Names[service.Key]].OwnKeys();
            foreach (var key in service.Where(key => key.Destination is not { } destination || own.Contains(destination)))
            {
                yield return key;
            }
        }
    }

    protected override string Write(KernelKey key) => key.ToString();

    protected override KernelKey Read(string text) => KernelKey.Parse(text);
}
