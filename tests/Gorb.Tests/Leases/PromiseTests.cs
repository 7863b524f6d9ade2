using System.Collections.Immutable;
using System.Net;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>What one director promises another one, and what the other one may make of it, with a clock that the test moves.</summary>
public sealed class PromiseTests
{
    private const string Cluster = "lb", Secret = "s3cret";

    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.150"), Other = IPAddress.Parse("fd00:9::151");
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5), Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly PromiseTally _holder;
    private readonly PromiseBook _peer;

    public PromiseTests() => (_holder, _peer) = (new PromiseTally("a", "a1", Promise, _time), new PromiseBook("b", "b1", _time));

    /// <summary>What etcd said last: a held both addresses.</summary>
    private static ElectionView View { get; } = ElectionView.Empty with
    {
        Revision = 7,
        LastHolders = new Dictionary<IPAddress, LastHolder> { [Vip] = new("a", 5), [Other] = new("a", 6) }.ToImmutableDictionary(),
        Peers = new Dictionary<string, Peer> { ["a"] = new(new IPEndPoint(IPAddress.Loopback, 1), "a1", 11), ["b"] = new(new IPEndPoint(IPAddress.Loopback, 2), "b1", 12) }.ToImmutableDictionary(),
    };

    [Fact]
    public void Datagram_IsReadAsItWasWritten()
    {
        var written = new PeerMessage(true, "b", "b1", "a", "a1", 9, Promise, [Vip, Other], [Vip], "no\nway");

        PeerMessage.TryRead(written.Write(Cluster, Secret), Cluster, Secret).Should().BeEquivalentTo(written with { Reason = "no way" });
    }

    [Fact]
    public void Datagram_OfAnotherSecretOrCluster_OrThatWasChanged_IsNotRead()
    {
        var datagram = Ask().Write(Cluster, Secret);

        PeerMessage.TryRead(datagram, Cluster, "another").Should().BeNull();
        PeerMessage.TryRead(datagram, "lb2", Secret).Should().BeNull();
        PeerMessage.TryRead([], Cluster, Secret).Should().BeNull();
        for (var index = 0; index < datagram.Length; index++)
        {
            var changed = datagram.ToArray();
            changed[index] ^= 1;
            PeerMessage.TryRead(changed, Cluster, Secret).Should().BeNull();
        }
    }

    [Fact]
    public void Promise_BindsLongerThanTheHolderCountsIt()
    {
        var question = Ask();
        _time.Advance(Second); // on its way
        var answer = Answer(question)!;
        _time.Advance(Second);
        _holder.Receive(answer).Should().BeTrue();

        _time.Advance(Promise - (3 * Second));
        _holder.PromisedAt("b", Vip).Should().NotBeNull();
        _time.Advance(Second);
        _holder.PromisedAt("b", Vip).Should().BeNull("it counts from before it was asked for");
        _peer.Left(Vip).Should().BePositive("it binds from when it was given");
        _time.Advance(Second + LeaseOptions.PromiseMargin);
        _peer.Left(Vip).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Release_EndsThePromiseAtBoth_AndAQuestionThatItOvertookPromisesNothing()
    {
        var answer = Answer(Ask())!;
        var (late, pending) = (Ask(), Answer(Ask()));

        var release = _holder.Release("b", "b1");
        Answer(release).Should().BeNull();

        _peer.Left(Vip).Should().Be(TimeSpan.Zero);
        Answer(late).Should().BeNull();
        _holder.Receive(answer).Should().BeFalse();
        _holder.Receive(pending!).Should().BeFalse();
        _holder.PromisedAt("b", Vip).Should().BeNull();
        PeerMessage.TryRead(release.Write(Cluster, Secret), Cluster, Secret).Should().BeEquivalentTo(release);
    }

    [Fact]
    public void Check_IsAnswered_AndPromisesNothing()
    {
        var check = _holder.Check("b", "b1");
        _holder.IsUnanswered("b").Should().BeTrue();

        _holder.Receive(Answer(check)!).Should().BeTrue();

        _holder.IsUnanswered("b").Should().BeFalse();
        _holder.PromisedAt("b", Vip).Should().BeNull();
        _peer.Left(Vip).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Promise_OfWhatIsAsked_BindsNothingElse()
    {
        Answer(Ask(Vip));

        _peer.Left(Other).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void QuestionThatIsHeardAgain_OrIsOfAnotherRun_ChangesNothing()
    {
        var (first, second) = (Ask(), Ask());
        Answer(second).Should().NotBeNull();
        _time.Advance(Promise);

        Answer(second).Should().BeNull("it was answered");
        Answer(first).Should().BeNull("a later one was answered");
        Answer(Ask() with { FromRun = "a0" }).Should().BeNull("the holder runs anew since");
        Answer(Ask() with { ToRun = "b0" }).Should().BeNull("it was for an earlier run");
        Answer(Ask() with { To = "c" }).Should().BeNull();
        _time.Advance(LeaseOptions.PromiseMargin);
        _peer.Left(Vip).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void DirectorThatReachesEtcd_PromisesNothing_AndAnEarlierPromiseStillBinds()
    {
        Answer(Ask());

        var refusal = _peer.Answer(Ask(), View, "etcd answers there", static _ => false)!;

        refusal.Addresses.Should().BeEmpty();
        _peer.Left(Vip).Should().BePositive();
        _holder.Receive(refusal).Should().BeTrue();
        _holder.PromisedAt("b", Vip).Should().BeNull();
        _holder.Objection("b", Vip).Should().Be("b does not agree: etcd answers there");
        _holder.Objection("c", Vip).Should().Be("c does not answer");
    }

    [Fact]
    public void WhatAnotherHas_OrThisOneMayHaveTaken_IsNotPromised()
    {
        var taken = View with { LastHolders = View.LastHolders.SetItem(Vip, new LastHolder("c", 8)), Holders = View.Holders.Add(Vip, new Holder("c", 13, 8, 8)) };
        var answer = _peer.Answer(Ask(), taken, null, static _ => false)!;
        answer.Addresses.Should().Equal(Other);
        answer.Lost.Should().Equal(Vip);

        _peer.Answer(Ask(), View, null, address => address.Equals(Other))!.Addresses.Should().Equal(Vip);
    }

    [Fact]
    public void Answer_ToNoQuestion_OrForTheSecondTime_OrOfAnother_DoesNotCount()
    {
        var question = Ask();
        var answer = Answer(question)!;

        _holder.Receive(answer with { Number = question.Number + 1 }).Should().BeFalse();
        _holder.Receive(answer with { From = "c" }).Should().BeFalse();
        _holder.Receive(answer with { FromRun = "b0" }).Should().BeFalse();
        _holder.Receive(answer with { ToRun = "a0" }).Should().BeFalse();
        _holder.Receive(question).Should().BeFalse();
        _holder.Receive(answer).Should().BeTrue();
        _holder.Receive(answer).Should().BeFalse();
    }

    [Fact]
    public void LateAnswer_DoesNotCount_AndAPromiseForLessTimeNeither()
    {
        var (late, shorter) = (Ask(), Ask());
        _holder.Receive(Answer(shorter)! with { Promise = Second });
        _holder.PromisedAt("b", Vip).Should().BeNull();

        var answer = _peer.Answer(late with { Number = 99 }, View, null, static _ => false)! with { Number = late.Number };
        _time.Advance(Promise);
        _holder.Receive(answer);

        _holder.PromisedAt("b", Vip).Should().BeNull();
    }

    private PeerMessage Ask(params IPAddress[] addresses) => _holder.Ask("b", "b1", addresses.Length > 0 ? addresses : [Vip, Other]).Single();

    private PeerMessage? Answer(PeerMessage question) => _peer.Answer(question, View, null, static _ => false);
}
