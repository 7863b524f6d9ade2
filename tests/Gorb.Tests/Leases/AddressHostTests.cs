using System.Net;
using Gorb.Leases;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Targets.Host.Addresses;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Leases;

public sealed class AddressHostTests
{
    [Fact]
    public void AddressThatThisHostHasForGood_IsNotTaken()
    {
        var network = new FakeNetwork();
        network.Hold("eth0", "10.9.0.100");
        using var announcements = new AnnouncementQueue(network.Host, TimeProvider.System, NullLogger<AnnouncementQueue>.Instance);
        using var guard = new HandoverGuard(new IpvsClientFactory(static () => throw new NotSupportedException()), static () => Table.Empty, new SysctlFiles("/none"), maySet: true, TimeProvider.System, NullLogger<HandoverGuard>.Instance);
        using var host = new AddressHost(network.Host, new VipOptions(VipOptions.Dummy), announcements, guard);

        host.Invoking(one => one.FindOtherHolder(IPAddress.Parse("10.9.0.100"))).Should().Throw<LeaseException>().WithMessage("this host has 10.9.0.100/32 already*external*");
    }
}
