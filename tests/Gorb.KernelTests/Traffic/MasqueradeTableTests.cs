using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>The rules of source NAT in the real kernel, as nft shows them.</summary>
[Trait(KernelFeature.Trait, KernelFeature.NftablesName)]
public sealed class MasqueradeTableTests : IDisposable
{
    private const string Name = "gorbtest";

    private readonly MasqueradeTable _table = MasqueradeTable.Create(Name);

    private static ServiceKey Web { get; } = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);

    private static ServiceKey All { get; } = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 0);

    private static ServiceKey Dns6 { get; } = ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("fd00:9::100"), 53);

    private static MasqueradeRules Rules { get; } = new(
        new Dictionary<ServiceKey, MasqueradeMode>
        {
            [Web] = MasqueradeMode.Never,
            [All] = MasqueradeMode.Always,
            [Dns6] = MasqueradeMode.Automatic,
        },
        [IPNetwork.Parse("10.9.0.0/22"), IPNetwork.Parse("fd00:9::/64")]);

    public void Dispose()
    {
        Write(MasqueradeRules.None);
        _table.Dispose();
    }

    [Fact]
    public void Table_IsWhatNftShows_AndCanBeLoadedAgain()
    {
        Write(Rules);

        Show().Should().Be("""
            table inet gorbtest {
            	comment "source NAT for IPVS services, kept by Gorb"
            	map services4 {
            		type ipv4_addr . inet_proto : verdict
            		elements = { 10.9.0.100 . tcp : goto tcp-10.9.0.100 }
            	}

            	map services6 {
            		type ipv6_addr . inet_proto : verdict
            		elements = { fd00:9::100 . udp : goto udp-fd00_9__100 }
            	}

            	chain translate {
            		fib daddr type local return
            		masquerade
            	}

            	chain automatic {
            		ip daddr 10.9.0.0/22 ip saddr != 10.9.0.0/22 return
            		ip6 daddr fd00:9::/64 ip6 saddr != fd00:9::/64 return
            		goto translate
            	}

            	chain postrouting {
            		type nat hook postrouting priority srcnat; policy accept;
            		ct original ip daddr . meta l4proto vmap @services4
            		ct original ip6 daddr . meta l4proto vmap @services6
            	}

            	chain tcp-10.9.0.100 {
            		meta l4proto tcp ct original proto-dst 80 return
            		goto translate
            	}

            	chain udp-fd00_9__100 {
            		meta l4proto udp ct original proto-dst 53 goto automatic
            	}
            }

            """);
        Reload();
        Expect(Rules);
    }

    [Fact]
    public void Changes_AreOneTransaction_AndOtherProgramsAreSeen()
    {
        Write(Rules);
        var have = _table.Read();
        Shell.Run("nft", "add", "table", "inet", "other");
        _table.TryWrite(have, MasqueradeRules.None).Should().BeFalse("the ruleset has changed since it was read");
        Shell.Run("nft", "delete", "table", "inet", "other");

        var fewer = Rules with { Services = new Dictionary<ServiceKey, MasqueradeMode> { [Web] = MasqueradeMode.Always, [Dns6] = MasqueradeMode.Always } };
        Write(fewer);
        Expect(fewer);
        string[][] drifts =
        [
            ["flush", "chain", "inet", Name, "translate"],
            ["add", "rule", "inet", Name, "translate", "masquerade", "random"],
            ["add", "chain", "inet", Name, "another"],
            ["flush", "map", "inet", Name, "services4"],
            ["flush", "ruleset"],
        ];
        foreach (var drift in drifts)
        {
            Shell.Run("nft", drift);
            _table.Read().IsIntact.Should().BeFalse(string.Join(' ', drift));
            Write(fewer);
            Expect(fewer);
        }

        Write(MasqueradeRules.None);
        Shell.Run("nft", "list", "tables").Should().NotContain(Name);
    }

    private void Write(MasqueradeRules rules)
    {
        while (!_table.TryWrite(_table.Read(), rules))
        {
        }
    }

    private static void Expect(MasqueradeRules rules)
    {
        using var other = MasqueradeTable.Create(Name);
        var state = other.Read();
        state.IsIntact.Should().BeTrue(Show());
        state.Rules.IsSameAs(rules).Should().BeTrue(Show());
    }

    private static string Show() => Shell.Run("nft", "list", "table", "inet", Name);

    private static void Reload()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, $"delete table inet {Name}\n{Show()}");
        Shell.Run("nft", "-f", path);
        File.Delete(path);
    }
}
