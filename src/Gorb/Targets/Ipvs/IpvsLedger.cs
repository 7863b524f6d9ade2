using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The leftovers in the kernel's table.</summary>
internal sealed class IpvsLedger : Ledger<KernelKey>
{
    /// <summary>Notes what a change, which is about to be sent, leaves behind or makes again.</summary>
    public void Note(IpvsChange change)
    {
        switch (change)
        {
            case IpvsChange.RemoveService or IpvsChange.RemoveDestination:
                Add(new KernelKey(change.Service, change.Destination));
                break;
            case IpvsChange.AddService or IpvsChange.AddDestination when Count > 0:
                Remove(new KernelKey(change.Service, change.Destination));
                break;
        }
    }

    /// <summary>A backend that is taken out of the kernel while it is down is wanted, too.</summary>
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
