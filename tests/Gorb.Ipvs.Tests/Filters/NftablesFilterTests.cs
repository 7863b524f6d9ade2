using System.Runtime.InteropServices;
using System.Text;
using Gorb.Ipvs.Filters;
using Gorb.Ipvs.Netlink;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Filters;

/// <summary>What is read of nftables' messages, byte by byte.</summary>
public sealed class NftablesFilterTests
{
    private static readonly byte[] Inet = [1, 0, 0, 0];

    [Fact]
    public void AChain_IsReadWithItsHookPolicyAndRules()
    {
        byte[] rule =
        [
            .. Expression("meta", Number(1, 9), Number(2, 16)), .. Expression("cmp", Number(1, 9), Number(2, 0), Data(6)),
            .. Expression("payload", Number(1, 1), Number(2, 1), Number(3, 16), Number(4, 4)),
            .. Expression("bitwise", Number(1, 1), Number(2, 1), Number(3, 4), FakeReply.Attribute(4, FakeReply.Attribute(1, [255, 255, 255, 0])), Number(6, 0)),
            .. Expression("cmp", Number(1, 1), Number(2, 1), Data(10, 9, 0, 0)),
            .. Expression("counter"), .. Expression("immediate", Number(1, 0), Verdict(0)),
        ];

        var read = Read(rule).Should().ContainSingle().Subject;

        read.Should().BeEquivalentTo(new { Program = "nft", Family = "inet", Table = "wall", Name = "in", Hook = FilterHook.Input, DropsByPolicy = true });
        read.Rules.Should().ContainSingle().Which.Should().BeEquivalentTo(new FilterRule("7",
        [
            new FilterTest(FilterField.Protocol, [0xFF], [6], [6], false),
            new FilterTest(FilterField.Destination, [255, 255, 255, 0], [10, 9, 0, 0], [10, 9, 0, 0], true),
        ], false, FilterVerdict.Drop));
    }

    [Fact]
    public void AJump_NamesItsChain_AndWhatIsNotRead_IsKnownToBeThere()
    {
        byte[] rule = [.. Expression("lookup", Number(1, 1), Number(2, 0)), .. Expression("immediate", Number(1, 0), Verdict(-3, "sub"))];

        Read(rule).Single().Rules.Single().Should().BeEquivalentTo(new FilterRule("7", [], true, FilterVerdict.Jump, "sub"));
    }

    [Theory]
    [InlineData("reject", FilterVerdict.Drop)]
    [InlineData("target", FilterVerdict.Unknown)]
    [InlineData("log", FilterVerdict.Continue)]
    public void AStatement_HasItsVerdict(string name, FilterVerdict verdict) => Read(Expression(name)).Single().Rules.Single().Verdict.Should().Be(verdict);

    [Theory]
    [InlineData("filter", false)]
    [InlineData("nat", true)]
    public void AChainOfTypeNat_Translates(string type, bool expected) => Read([], type).Single().Translates.Should().Be(expected);

    [Fact]
    public void AKernelWithoutNftables_HasNoChains()
    {
        using var filter = new NftablesFilter(static () => new Socket(static header => [FakeReply.Error(header, Socket.Port, Errno.EINVAL)]));

        filter.Read().Should().BeEmpty();
    }

    [Fact]
    public void ARefusal_NamesTheCapability()
    {
        using var filter = new NftablesFilter(static () => new Socket(static header => [FakeReply.Error(header, Socket.Port, Errno.EPERM)]));

        filter.Invoking(one => one.Read()).Should().Throw<FilterException>().WithMessage("*NET_ADMIN*").Which.Errno.Should().Be(Errno.EPERM);
    }

    private static IReadOnlyList<FilterChain> Read(byte[] expressions, string type = "filter")
    {
        byte[] chain = [.. Inet, .. Text(1, "wall"), .. Text(3, "in"), .. FakeReply.Attribute(4, [.. Number(1, 1), .. Number(2, 0)]), .. Number(5, 0), .. Text(7, type)];
        byte[] rule = [.. Inet, .. Text(1, "wall"), .. Text(2, "in"), .. FakeReply.Attribute(3, [0, 0, 0, 0, 0, 0, 0, 7]), .. FakeReply.Attribute(4, expressions)];
        using var filter = new NftablesFilter(() => new Socket(header =>
        [
            FakeReply.Message(header.Type, MessageFlags.Multi, header.Sequence, Socket.Port, ((ushort)header.Type & 0xFF) == 4 ? chain : rule),
            FakeReply.Done(header, Socket.Port),
        ]));
        return filter.Read();
    }

    private static byte[] Expression(string name, params byte[][] data) => FakeReply.Attribute(1, [.. Text(1, name), .. FakeReply.Attribute(2, [.. data.SelectMany(static part => part)])]);

    private static byte[] Data(params byte[] value) => FakeReply.Attribute(3, FakeReply.Attribute(1, value));

    private static byte[] Verdict(int code, string? chain = null) =>
        FakeReply.Attribute(2, FakeReply.Attribute(2, [.. Number(1, code), .. chain is null ? [] : Text(2, chain)]));

    private static byte[] Number(ushort type, int value) => FakeReply.Attribute(type, [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private static byte[] Text(ushort type, string text) => FakeReply.Attribute(type, [.. Encoding.ASCII.GetBytes(text), 0]);

    private sealed class Socket(Func<MessageHeader, IEnumerable<byte[]>> answer) : INetlinkSocket
    {
        public const uint Port = 4711;

        private readonly Queue<byte[]> _replies = [];

        public uint PortId => Port;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            foreach (var reply in answer(MemoryMarshal.Read<MessageHeader>(datagram)))
            {
                _replies.Enqueue(reply);
            }
        }

        public int Receive(Span<byte> buffer)
        {
            var reply = _replies.Dequeue();
            reply.CopyTo(buffer);
            return reply.Length;
        }

        public void Dispose()
        {
        }
    }
}
