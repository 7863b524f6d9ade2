using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Leases;
using Gorb.Model;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Shared;
using Gorb.Tests.Targets.Host;

namespace Gorb.Tests.Leases;

/// <summary>What the guard does with sockets of this host, which take no packet here, and with a setting.</summary>
public sealed class HandoverGuardTests : IDisposable
{
    private static readonly IPAddress Vip = IPAddress.Parse("127.9.9.9");
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4), Almost = TimeSpan.FromSeconds(3);

    private readonly SettingsFolder _settings = new();
    private readonly FakeKernel _kernel = new();
    private readonly ManualTime _time = new();
    private readonly LogLines<HandoverGuard> _log = new();
    private readonly HandoverGuard _guard;
    private readonly int _port = FreePort();
    private Table _table = Table.Empty;

    public HandoverGuardTests()
    {
        Setting = "0";
        _guard = Make(maySet: true);
        using var client = IpvsClient.Create(_kernel.Open);
        client.StartSyncDaemon(new SyncDaemon(SyncRole.Backup, "eth1", 9));
    }

    private string Setting
    {
        get => _settings[HandoverGuard.DropsReplies];
        set => _settings[HandoverGuard.DropsReplies] = value;
    }

    public void Dispose()
    {
        _guard.Dispose();
        _settings.Dispose();
    }

    [Fact]
    public void PortsOfTheAddress_AreTaken_AndGivenBackAfterFourSeconds()
    {
        Has(ForwardingMethod.DirectRoute);

        _guard.Begin(Vip);
        _time.Advance(Almost);
        IsListening().Should().BeTrue();
        Setting.Should().Be("0", "replies do not pass through this host");

        _time.Advance(Duration - Almost);
        Eventually(() => !IsListening());
        _log.All.Should().BeEmpty();
    }

    [Fact]
    public void RepliesOfNatBackends_AreDropped_UntilTheLastAddressIsThere()
    {
        Has(ForwardingMethod.Masquerade);

        _guard.Begin(Vip);
        Setting.Should().NotBe("0");
        _time.Advance(Almost);
        _guard.Begin(Vip); // it came back
        _time.Advance(Duration - Almost);
        Setting.Should().NotBe("0");
        IsListening().Should().BeTrue();

        _time.Advance(Duration);
        Eventually(() => Setting == "0" && !IsListening());
        _log.All.Should().BeEmpty();
    }

    [Fact]
    public void PortOfAnotherProgram_IsLeftToIt_AndLogged()
    {
        Has(ForwardingMethod.DirectRoute);
        using var other = new TcpListener(IPAddress.Any, _port);
        other.Start();

        _guard.Begin(Vip);

        _log.Texts.Should().ContainSingle().Which.Should().Contain($"tcp/{Vip}:{_port}").And.Contain("another program listens");
    }

    [Fact]
    public void SettingOfTheOperator_StaysAsItIs()
    {
        Has(ForwardingMethod.Masquerade);
        Setting = "1";

        _guard.Begin(Vip);
        _time.Advance(Duration);
        Eventually(() => !IsListening());

        Setting.Should().Be("1");
        _guard.Recover();
        Setting.Should().Be("1");
    }

    [Fact]
    public void OperatorWhoWantsNoSettingChanged_IsObeyed()
    {
        Has(ForwardingMethod.Masquerade);
        using var guard = Make(maySet: false);

        guard.Begin(Vip);

        IsListening().Should().BeTrue();
        Setting.Should().Be("0");
    }

    [Fact]
    public void WhatAKilledProcessLeft_IsUndoneAtTheNextStart()
    {
        Has(ForwardingMethod.Masquerade);
        _guard.Begin(Vip);
        using var next = Make(maySet: true);

        next.Recover();

        Setting.Should().Be("0");
    }

    [Fact]
    public void End_UndoesIt()
    {
        Has(ForwardingMethod.Masquerade);
        _guard.Begin(Vip);

        _guard.Dispose();

        Setting.Should().Be("0");
    }

    [Fact]
    public void WithoutConnectionSync_NothingIsHeldBack()
    {
        Has(ForwardingMethod.Masquerade);
        using (var client = IpvsClient.Create(_kernel.Open))
        {
            client.StopSyncDaemon(SyncRole.Backup);
        }

        _guard.Begin(Vip);

        IsListening().Should().BeFalse();
        Setting.Should().Be("0");
    }

    [Fact]
    public void KernelThatRefuses_IsLogged()
    {
        _kernel.IsPrivileged = false;

        _guard.Begin(Vip);

        _log.Texts.Should().ContainSingle().Which.Should().StartWith($"{Vip}: connections younger than 3 s may be reset");
    }

    private HandoverGuard Make(bool maySet) => new(new IpvsClientFactory(() => IpvsClient.Create(_kernel.Open)), () => _table, _settings.Files, maySet, _time, _log);

    /// <summary>There is a service of the address, and others that do not concern it.</summary>
    private void Has(ForwardingMethod method) => _table = new[]
    {
        Named("web", ServiceKey.ForAddress(TransportProtocol.Tcp, Vip, (ushort)_port), method),
        Named("dns", ServiceKey.ForAddress(TransportProtocol.Udp, Vip, (ushort)_port), method),
        Named("other", ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("192.0.2.1"), (ushort)_port), method),
        Named("mark", ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork), method),
    }.Aggregate(Table.Empty, static (table, service) => table.With(service));

    private static Service Named(string name, ServiceKey key, ForwardingMethod method) => new(name, new ServiceSpec { Key = key }, Backends.Of(
        [new Backend("b1", new BackendSpec { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = 80, Method = method }, default)]));

    private bool IsListening()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(Vip, _port));
            return false;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }

    /// <summary>The end of a guard runs in the background, once its time is over.</summary>
    private static void Eventually(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromMinutes(1)).Should().BeTrue();

    private static int FreePort()
    {
        using var listener = new TcpListener(Vip, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
