using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>Services whose entries are to be removed.</summary>
internal sealed class MasqueradeLedger : Ledger<ServiceKey>
{
    protected override IEnumerable<ServiceKey> FindWanted(Table wanted) => Leftovers.Where(key => MasqueradeWishes.Of(wanted, key) is not null);

    protected override string Write(ServiceKey key) => key.ToString();

    protected override ServiceKey Read(string text) => KeyText.ReadService(text);
}
