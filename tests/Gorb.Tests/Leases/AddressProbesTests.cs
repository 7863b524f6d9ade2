using System.Net;
using Gorb.Etcd;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>What other hosts answer for an address counts until it may be outdated.</summary>
public sealed class AddressProbesTests
{
    private static readonly IPAddress Address = IPAddress.Parse("10.9.0.100");
    private static readonly LeaseKeys Keys = new("lb");
    private static readonly EtcdLease Own = new(7, TimeSpan.FromSeconds(2), 0);

    private readonly AnsweringHost _host = new();
    private readonly AddressProbes _probes;

    public AddressProbesTests() => _probes = new AddressProbes(_host, Keys, TimeProvider.System);

    [Fact]
    public async Task HolderThatIsGoing_IsAskedAgainAtOnce()
    {
        _host.Answers = 2;

        (await _probes.FindOtherHolderAsync(Address)).Should().BeNull();
        _host.Asked.Should().Be(3);
    }

    [Fact]
    public async Task HolderThatStays_IsTold()
    {
        _host.Answers = int.MaxValue;

        (await _probes.FindOtherHolderAsync(Address)).Should().Be("other");
    }

    [Fact]
    public async Task WhatWasAskedBeforeTheKey_Counts()
    {
        _probes.Begin(Address);
        _probes.Note(Written(Own.Id), Own);

        (await _probes.FindOtherHolderAsync(Address)).Should().BeNull();
        _host.Asked.Should().Be(1);
    }

    [Fact]
    public async Task WhatWasAskedBeforeAnotherHolder_IsAskedAgain()
    {
        _probes.Begin(Address);
        await _host.Answered;
        _probes.Note(Written(lease: 8), Own);
        _host.Answers = int.MaxValue;

        (await _probes.FindOtherHolderAsync(Address)).Should().Be("other");
    }

    [Fact]
    public async Task WhatWasAskedBeforeAListing_IsAskedAgain()
    {
        _probes.Begin(Address);
        await _host.Answered;
        _probes.Note(new WatchListing(9, [], IsEarlier: false), Own);
        _host.Answers = int.MaxValue;

        (await _probes.FindOtherHolderAsync(Address)).Should().Be("other", "a holder may have come and gone in between");
    }

    private static WatchChanges Written(long lease)
    {
        var key = Keys.Address(Address);
        return new WatchChanges(5, [new EtcdChange(key, new EtcdEntry(key, ReadOnlyMemory<byte>.Empty, 5, 5, lease), 5)]);
    }

    /// <summary>A link on which another host answers a number of times.</summary>
    private sealed class AnsweringHost : IAddressHost
    {
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public int Asked => _asked;

        public int Answers { get; set; }

        /// <summary>Completes with the first answer.</summary>
        public Task Answered => _answered.Task;

        public string? FindOtherHolder(IPAddress address)
        {
            var answer = Interlocked.Increment(ref _asked) <= Answers ? "other" : null;
            _answered.TrySetResult();
            return answer;
        }

        public void Guard(IPAddress address) => throw new NotSupportedException();

        public void Hold(IPAddress address, TimeSpan validFor) => throw new NotSupportedException();

        public void Release(IPAddress address) => throw new NotSupportedException();

        public void Announce(IPAddress address) => throw new NotSupportedException();
    }
}
