using System.Net;
using Gorb.Access;

namespace Gorb.Tests.Access;

public sealed class LoginThrottleTests : IDisposable
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.1");

    private readonly ManualTime _time = new();
    private readonly LogLines<LoginThrottle> _log = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new LoginThrottle(_time, _log);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task FirstFailures_AreAnsweredAtOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            (await WaitAsync(Attacker)).Should().BeTrue();
        }

        _log.Texts.Should().BeEmpty();
    }

    [Fact]
    public async Task Failures_WaitLongerAndLonger_UpToALimit()
    {
        await FirstFailures_AreAnsweredAtOnce();
        foreach (var delay in (int[])[100, 200, 400, 800, 1600, 3200, 6400, 6400])
        {
            var waiting = WaitAsync(Attacker);
            _time.Advance(TimeSpan.FromMilliseconds(delay - 1));
            waiting.IsCompleted.Should().BeFalse();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            (await waiting).Should().BeTrue();
        }

        _log.Texts.Should().ContainSingle().Which.Should().Contain("192.0.2.1");
    }

    [Fact]
    public async Task OtherAddresses_AreNotSlowed()
    {
        await FirstFailures_AreAnsweredAtOnce();
        var waiting = WaitAsync(Attacker);

        (await WaitAsync(IPAddress.Parse("192.0.2.2"))).Should().BeTrue();
        waiting.IsCompleted.Should().BeFalse();
    }

    /// <summary>A host of IPv6 has as many addresses as it likes.</summary>
    [Fact]
    public async Task AddressesOfOneSubnet_CountTogether()
    {
        for (var i = 1; i <= 3; i++)
        {
            (await WaitAsync(IPAddress.Parse($"2001:db8::{i}"))).Should().BeTrue();
        }

        WaitAsync(IPAddress.Parse("2001:db8::4")).IsCompleted.Should().BeFalse();
        (await WaitAsync(IPAddress.Parse("2001:db8:0:1::1"))).Should().BeTrue();
    }

    [Fact]
    public async Task OnlyAFewWait_TheOthersAreRefused()
    {
        await FirstFailures_AreAnsweredAtOnce();
        for (var i = 0; i < LoginThrottle.MaxWaiting; i++)
        {
            _ = WaitAsync(Attacker);
        }

        (await WaitAsync(Attacker)).Should().BeFalse();

        _time.Advance(TimeSpan.FromSeconds(10));
        var next = WaitAsync(Attacker);
        next.IsCompleted.Should().BeFalse("there is room again");
        _time.Advance(TimeSpan.FromSeconds(10));
        (await next).Should().BeTrue();
    }

    [Fact]
    public async Task QuietAddress_IsForgotten()
    {
        await FirstFailures_AreAnsweredAtOnce();
        _time.Advance(TimeSpan.FromMinutes(11));

        (await WaitAsync(Attacker)).Should().BeTrue();
    }

    private Task<bool> WaitAsync(IPAddress address) => _throttle.WaitAsync(address, TestContext.Current.CancellationToken);
}
