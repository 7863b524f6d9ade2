using System.Net;
using Gorb.Ipvs.Nftables;
using Gorb.Ipvs.Tests.Wire;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Nftables;

/// <summary>Which changes lead from one table to the next, and what refusals say. The kernel tests show that the rules mean what they should.</summary>
public sealed class MasqueradeTableTests : IDisposable
{
    private static readonly ServiceKey Web = Key("10.0.0.1", 80), Tls = Key("10.0.0.1", 443), All = Key("10.0.0.1", 0), Dns6 = Key("2001:db8::1", 53);

    private readonly FakeNftables _kernel = new();
    private readonly MasqueradeTable _table;

    public MasqueradeTableTests() => _table = _kernel.Connect();

    public void Dispose() => _table.Dispose();

    [Fact]
    public void FirstService_MakesTheTable_LastOneRemovesIt()
    {
        Write((Web, MasqueradeMode.Always));

        Read().IsIntact.Should().BeTrue();
        Read().Rules.Services.Should().BeEquivalentTo(new Dictionary<ServiceKey, MasqueradeMode> { [Web] = MasqueradeMode.Always });

        Write();

        _kernel.HasTable.Should().BeFalse();
        Read().Exists.Should().BeFalse();
    }

    [Fact]
    public void EveryMode_IsReadAsItWasWritten()
    {
        (ServiceKey, MasqueradeMode)[] services = [(Web, MasqueradeMode.Never), (All, MasqueradeMode.Always), (Dns6, MasqueradeMode.Automatic)];
        string[] networks = ["10.0.0.0/13", "10.9.0.0/24", "2001:db8::/61", "2001:db8::/64"];
        Write(networks, services);

        var read = Read();

        read.IsIntact.Should().BeTrue();
        read.Rules.Services.Should().BeEquivalentTo(services.ToDictionary(service => service.Item1, service => service.Item2));
        read.Rules.Networks.Should().Equal(networks.Select(IPNetwork.Parse));
    }

    [Fact]
    public void AnotherPort_RewritesOnlyTheChainOfItsAddress()
    {
        Write((Web, MasqueradeMode.Always), (Dns6, MasqueradeMode.Always));
        _kernel.Changes.Clear();

        Write((Web, MasqueradeMode.Always), (Tls, MasqueradeMode.Always), (Dns6, MasqueradeMode.Always));

        _kernel.Changes.Should().Equal(NftablesMessage.DeleteRule, NftablesMessage.NewRule, NftablesMessage.NewRule);
        Read().IsIntact.Should().BeTrue();
    }

    [Fact]
    public void LastPortOfAnAddress_TakesItsChainAlong()
    {
        Write((Web, MasqueradeMode.Always), (Dns6, MasqueradeMode.Always));
        _kernel.Changes.Clear();

        Write((Dns6, MasqueradeMode.Always));

        _kernel.Changes.Should().Equal(NftablesMessage.DeleteElement, NftablesMessage.DeleteRule, NftablesMessage.DeleteChain);
        Read().IsIntact.Should().BeTrue();
    }

    [Fact]
    public void SameRules_SendNothing()
    {
        Write((Web, MasqueradeMode.Always));
        _kernel.Changes.Clear();

        Write((Web, MasqueradeMode.Always));

        _kernel.Changes.Should().BeEmpty();
    }

    [Fact]
    public void UnchangedRuleset_IsReadWithOneQuestion()
    {
        Write((Web, MasqueradeMode.Always));
        var before = _kernel.Questions;

        _table.Read().IsIntact.Should().BeTrue();

        (_kernel.Questions - before).Should().Be(1);
    }

    [Theory]
    [InlineData(nameof(NftablesMessage.NewRule))]
    [InlineData(nameof(NftablesMessage.NewElement))]
    [InlineData(nameof(NftablesMessage.NewChain))]
    [InlineData(nameof(NftablesMessage.NewSet))]
    public void ForeignChange_IsSeenAndReplaced(string gone)
    {
        Write((Web, MasqueradeMode.Always));
        _kernel.Drop(kind => kind.ToString() == gone);
        _table.Read().IsIntact.Should().BeFalse();
        _kernel.Changes.Clear();

        Write((Web, MasqueradeMode.Always));

        _kernel.Changes.Take(2).Should().Equal(NftablesMessage.DeleteTable, NftablesMessage.NewTable);
        Read().IsIntact.Should().BeTrue();
    }

    [Fact]
    public void RulesetThatChangedMeanwhile_IsNotTouched()
    {
        var have = _table.Read();
        _kernel.Drop(static _ => false);

        _table.TryWrite(have, Rules([], (Web, MasqueradeMode.Always))).Should().BeFalse();

        _kernel.HasTable.Should().BeFalse();
    }

    [Theory]
    [InlineData(nameof(NftablesMessage.NewTable), Errno.EOPNOTSUPP, "*add table inet gorb: EOPNOTSUPP*CONFIG_NF_TABLES_INET*")]
    [InlineData(nameof(NftablesMessage.NewChain), Errno.ENOENT, "*add chain translate: ENOENT*modprobe nft_chain_nat*")]
    [InlineData(nameof(NftablesMessage.NewRule), Errno.ENOENT, "*add a rule to chain translate: ENOENT*modprobe -a nft_ct nft_fib_inet nft_masq*")]
    [InlineData(nameof(NftablesMessage.NewSet), Errno.EPERM, "*add map services4: EPERM*CAP_NET_ADMIN*")]
    public void RefusedChange_SaysWhyAndWhatToDo(string refused, Errno errno, string message)
    {
        _kernel.Refuse = kind => kind.ToString() == refused ? errno : Errno.None;

        Action write = () => Write((Web, MasqueradeMode.Always));

        write.Should().Throw<NftablesException>().WithMessage(message).Which.Errno.Should().Be(errno);
        _kernel.HasTable.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void KernelWithoutNftables_HasNoTable_AndRefusesOne(bool hasNetfilter)
    {
        _kernel.IsLoaded = false;
        _kernel.RefuseSocket = hasNetfilter ? Errno.None : Errno.EPROTONOSUPPORT;

        _table.Read().Exists.Should().BeFalse();
        Action write = () => Write((Web, MasqueradeMode.Always));

        write.Should().Throw<NftablesException>().WithMessage("*modprobe nf_tables*");
    }

    /// <summary>More messages than one datagram of other requests may have: a transaction is never divided.</summary>
    [Fact]
    public void ManyServices_AreOneTransaction()
    {
        var services = Enumerable.Range(1, 200).Select(number => (Key($"10.0.0.{number}", 80), MasqueradeMode.Always)).ToArray();

        Write(services);

        FakeRequest.Split(_kernel.LastTransaction).Should().HaveCountGreaterThan(600);
        Read().Rules.Services.Should().HaveCount(200);
    }

    [Fact]
    public void Removal_IsTheseBytes()
    {
        Write((Web, MasqueradeMode.Always));
        Write();

        Convert.ToHexString(_kernel.LastTransaction).Should().Be(Hex.Parse("""
            1C 00 00 00  10 00  01 00  15 00 00 00  00 00 00 00 // nlmsghdr: NFNL_MSG_BATCH_BEGIN, REQUEST, the 21st message of the socket
            00 00 00 0A                                     // nfgenmsg: subsystem 10 in network order
            08 00 01 00  00 00 00 08                        // NFNL_BATCH_GENID 8
            20 00 00 00  02 0A  05 00  16 00 00 00  00 00 00 00 // nlmsghdr: NFT_MSG_DELTABLE, REQUEST|ACK
            01 00 00 00                                     // nfgenmsg: NFPROTO_INET
            09 00 01 00  67 6F 72 62  00 00 00 00           // NFTA_TABLE_NAME gorb
            14 00 00 00  11 00  01 00  17 00 00 00  00 00 00 00 // nlmsghdr: NFNL_MSG_BATCH_END
            00 00 00 0A
            """));
    }

    private MasqueradeState Read()
    {
        using var other = _kernel.Connect();
        return other.Read();
    }

    private void Write(params (ServiceKey Key, MasqueradeMode Mode)[] services) => Write([], services);

    private void Write(string[] networks, params (ServiceKey Key, MasqueradeMode Mode)[] services) =>
        _table.TryWrite(_table.Read(), Rules(networks, services)).Should().BeTrue();

    private static MasqueradeRules Rules(string[] networks, params (ServiceKey Key, MasqueradeMode Mode)[] services) =>
        new(services.ToDictionary(service => service.Key, service => service.Mode), [.. networks.Select(IPNetwork.Parse)]);

    private static ServiceKey Key(string address, ushort port) => ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse(address), port);
}
