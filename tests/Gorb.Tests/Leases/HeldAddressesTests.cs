using System.Net;
using Gorb.Etcd;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>A process can be stopped at any point, for longer than its lease lives (SIGSTOP, a paused virtual machine), and goes on where it was.</summary>
public sealed class HeldAddressesTests
{
    private static readonly IPAddress Address = IPAddress.Parse("10.9.0.150");

    private static LeaseOptions Options { get; } = new("d1", LeaseOptions.DefaultPriority, TimeSpan.FromSeconds(10));

    private readonly ManualTime _time = new();
    private readonly StoppedHost _host;
    private readonly HeldAddresses _held;
    private readonly EtcdLease _lease;
    private readonly HoldRight _right;

    public HeldAddressesTests()
    {
        _host = new StoppedHost(_time);
        _held = new HeldAddresses(_host, _time, static (_, reason) => Assert.Fail(reason));
        _lease = new EtcdLease(1, TimeSpan.FromSeconds(10), _time.GetTimestamp());
        _right = HoldRight.Of(_lease, Options);
    }

    [Fact]
    public void LeaseThatIsOver_ExtendsNothing()
    {
        _held.Add(Address, _right).Should().BeTrue();
        _time.Advance(TimeSpan.FromSeconds(20));

        _held.Extend(Address, _right);
        _held.Add(Address, _right).Should().BeFalse();

        _host.Left.Should().BeNull();
        _held.ToList().Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Stop_JustBeforeTheKernelIsTold_GivesTheAddressNoTimeBeyondTheLease(int seconds)
    {
        _host.NextStop = TimeSpan.FromSeconds(seconds);

        var isHeld = _held.Add(Address, _right);

        isHeld.Should().Be(seconds < 6, "three fifths of the lease are what the address may use");
        (_host.Left ?? TimeSpan.Zero).Should().BeLessThanOrEqualTo(_lease.Left(_time));
        _held.Contains(Address).Should().Be(isHeld);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Stop_BetweenAPromiseAndItsUse_GivesTheAddressNoTimeBeyondThePromise(int seconds)
    {
        _held.Add(Address, _right);
        _time.Advance(TimeSpan.FromSeconds(5));
        var promise = HoldRight.ByPromise(_time.GetTimestamp(), Options);
        _host.NextStop = TimeSpan.FromSeconds(seconds);

        _held.Extend(Address, promise);

        _held.Contains(Address).Should().Be(seconds < 6);
        (_host.Left ?? TimeSpan.Zero).Should().BeLessThanOrEqualTo(promise.Left(_time));
    }

    /// <summary>The process is stopped for a time before the next call reaches the kernel.</summary>
    private sealed class StoppedHost(ManualTime time) : IAddressHost
    {
        private long _at;
        private TimeSpan _validFor;

        public TimeSpan NextStop { get; set; }

        /// <summary>How long the kernel keeps the address; null when it does not have it.</summary>
        public TimeSpan? Left => _validFor - time.GetElapsedTime(_at) is var left && left > TimeSpan.Zero ? left : null;

        public string? FindOtherHolder(IPAddress address) => null;

        public void Guard(IPAddress address) => throw new NotSupportedException();

        public void Hold(IPAddress address, TimeSpan validFor)
        {
            time.Advance(NextStop);
            NextStop = TimeSpan.Zero;
            (_at, _validFor) = (time.GetTimestamp(), validFor);
        }

        public void Release(IPAddress address) => _validFor = TimeSpan.Zero;

        public void Announce(IPAddress address) => throw new NotSupportedException("the addresses are announced by others");
    }
}
