using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Settings of a whole namespace: version, timeouts, counters, flush, sync daemons.</summary>
public sealed class SettingsTests : LibraryTest
{
    [Fact]
    public void Info_IsWhatIpvsadmShows()
    {
        var info = Client.GetInfo();

        Shell.Run("ipvsadm", "-Ln").Should().StartWith($"IP Virtual Server version {info.Version} (size={info.ConnectionTableSize})");
    }

    [Fact]
    public void Timeouts_AreSet_AndZeroLeavesOneAsItIs()
    {
        var before = Client.GetTimeouts();
        try
        {
            Client.SetTimeouts(new IpvsTimeouts(TimeSpan.FromMinutes(10), TimeSpan.Zero, TimeSpan.FromSeconds(31)));

            Client.GetTimeouts().Should().Be(new IpvsTimeouts(TimeSpan.FromMinutes(10), before.TcpFin, TimeSpan.FromSeconds(31)));
            Shell.Run("ipvsadm", "-l", "--timeout").Should().Contain($"600 {before.TcpFin.TotalSeconds} 31");
        }
        finally
        {
            Client.SetTimeouts(before);
        }
    }

    [Fact]
    public void Zero_OfAMissingService_IsNotFound()
    {
        Client.Zero();

        Client.Invoking(client => client.Zero(Web)).Should().Throw<IpvsException>().Where(error => error.IsNotFound);
    }

    [Fact]
    public void Flush_RemovesWhatAnybodyMade()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:443");
        Apply(new IpvsChange.AddService(new VirtualService(Web)));

        Client.Flush();

        Shell.Ipvsadm().Should().BeEmpty();
    }

    [Fact]
    public void SyncDaemons_AreStartedShownAndStopped()
    {
        var master = new SyncDaemon(SyncRole.Master, "br0", 3) { MaxLength = 1400, Group = IPAddress.Parse("224.0.0.88"), Port = 8849, TimeToLive = 2 };
        Client.GetSyncDaemons().Should().BeEmpty();
        Client.StartSyncDaemon(master);
        try
        {
            Client.Invoking(client => client.StartSyncDaemon(master)).Should().Throw<IpvsException>().WithMessage("*runs already*");
            Client.StartSyncDaemon(new SyncDaemon(SyncRole.Backup, "br0", 3));

            Client.GetSyncDaemons().Select(daemon => daemon.Role).Should().Equal(SyncRole.Master, SyncRole.Backup);
            Client.GetSyncDaemons()[0].Should().Be(master);
            Shell.Run("ipvsadm", "-l", "--daemon").Should().Contain("master sync daemon (mcast=br0, syncid=3, maxlen=1400, group=224.0.0.88, port=8849, ttl=2)");
            Client.StopSyncDaemon(SyncRole.Backup);
        }
        finally
        {
            Client.StopSyncDaemon(SyncRole.Master);
        }

        Client.Invoking(client => client.StopSyncDaemon(SyncRole.Master)).Should().Throw<IpvsException>().WithMessage("*does not run*");
        Client.Invoking(client => client.StartSyncDaemon(master with { Interface = "nosuch0" })).Should().Throw<IpvsException>().WithMessage("*no such network interface*");
    }

    [Fact]
    public void NamespaceOfItsOwn_HasATableOfItsOwn()
    {
        Apply(new IpvsChange.AddService(new VirtualService(Web)));

        var others = NetworkNamespace.Run(NetworkNamespace.Client, () =>
        {
            using var client = IpvsClient.Create();
            return client.GetServices();
        });

        others.Should().BeEmpty();
    }
}
