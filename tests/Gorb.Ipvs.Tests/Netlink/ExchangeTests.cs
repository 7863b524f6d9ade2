using System.Net;
using System.Text;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Netlink;

/// <summary>Every way an exchange with the kernel can go wrong.</summary>
public sealed class ExchangeTests
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.0.0.1"), 80);
    private static readonly IpvsChange Remove = new IpvsChange.RemoveService(Web);

    [Fact]
    public void ForeignSequenceAndForeignPort_AreDropped()
    {
        var kernel = new ScriptedKernel(asked =>
        [
            FakeReply.Error(asked[0].Header with { Sequence = asked[0].Header.Sequence - 1 }, asked[0].PortId, Errno.EINVAL),
            FakeReply.Error(asked[0].Header, asked[0].PortId + 1, Errno.EINVAL),
            ScriptedKernel.Acknowledged(asked[0]),
        ]);
        using var client = kernel.Connect();

        client.Apply([Remove]).Single().Succeeded.Should().BeTrue();
        kernel.Opened.Should().Be(1);
    }

    [Fact]
    public void ForeignMessagesWithoutEnd_AreNotReadForever()
    {
        var kernel = new ScriptedKernel(asked => Enumerable.Repeat(FakeReply.Error(asked[0].Header, asked[0].PortId + 1, Errno.None), 2000));
        using var client = kernel.Connect();

        client.Invoking(broken => broken.Flush()).Should().Throw<NetlinkProtocolException>().WithMessage("*another request*");
    }

    [Fact]
    public void Silence_EndsTheCall_AndTheNextOneOpensANewSocket()
    {
        var silent = true;
        var kernel = new ScriptedKernel(asked => silent ? [] : [ScriptedKernel.Acknowledged(asked[^1])]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.Flush()).Should().Throw<NetlinkTransportException>().Where(error => error.Errno == Errno.EAGAIN);
        kernel.Closed.Should().Be(1);

        silent = false;
        client.Flush();
        kernel.Opened.Should().Be(2);
    }

    [Fact]
    public void CutOffDatagram_IsAnError()
    {
        var kernel = new ScriptedKernel(asked => [FakeReply.Message(asked[0].Header.Type, MessageFlags.None, asked[0].Header.Sequence, asked[0].PortId, new byte[40_000])]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.GetInfo()).Should().Throw<NetlinkProtocolException>().WithMessage("*cut off*");
        kernel.Closed.Should().Be(1);
    }

    [Theory]
    [InlineData("10 00 00")]
    [InlineData("0F 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00")]
    [InlineData("FF 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00")]
    [InlineData("12 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00 01 01")]
    [InlineData("17 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00 0E 01 00 00 05 00 01")]
    [InlineData("18 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00 0E 01 00 00 03 00 01 00")]
    [InlineData("18 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00 0E 01 00 00 09 00 01 00")]
    [InlineData("1A 00 00 00 24 00 00 00 02 00 00 00 67 12 00 00 0E 01 00 00 06 00 01 00 01 02")]
    [InlineData("14 00 00 00 02 00 00 00 02 00 00 00 67 12 00 00 00 00 00 00")]
    public void MalformedReply_IsAProtocolError(string hex)
    {
        var kernel = new ScriptedKernel(_ => [Convert.FromHexString(Tests.Wire.Hex.Parse(hex))]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.GetInfo()).Should().Throw<NetlinkProtocolException>();
        kernel.Closed.Should().Be(1);
    }

    [Fact]
    public void Overrun_IsLostReplies()
    {
        var kernel = new ScriptedKernel(asked => [FakeReply.Message(MessageType.Overrun, MessageFlags.None, asked[0].Header.Sequence, asked[0].PortId, [])]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.Flush()).Should().Throw<NetlinkTransportException>().Where(error => error.Errno == Errno.ENOBUFS);
    }

    [Fact]
    public void ErrorInMidDump_YieldsNoHalfOfIt()
    {
        var kernel = new ScriptedKernel(asked => [Entry(asked[0], 80), ScriptedKernel.Refused(asked[0], Errno.ENOMEM)]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.GetServices()).Should().Throw<IpvsException>().Where(error => error.Errno == Errno.ENOMEM);
    }

    [Fact]
    public void ErrorInTheEndOfADump_IsAnError()
    {
        var kernel = new ScriptedKernel(asked =>
            [Entry(asked[0], 80), FakeReply.Message(MessageType.Done, MessageFlags.Multi, asked[0].Header.Sequence, asked[0].PortId, BitConverter.GetBytes(-(int)Errno.EBUSY))]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.GetServices()).Should().Throw<IpvsException>().Where(error => error.Errno == Errno.EBUSY);
    }

    [Fact]
    public void InterruptedDump_IsMadeAgain()
    {
        var dumps = 0;
        var kernel = new ScriptedKernel(asked => ++dumps < 3
            ? [Entry(asked[0], 80, MessageFlags.DumpInterrupted), FakeReply.Done(asked[0].Header, asked[0].PortId)]
            : [Entry(asked[0], 80), Entry(asked[0], 81), Entry(asked[0], 80), FakeReply.Done(asked[0].Header, asked[0].PortId)]);
        using var client = kernel.Connect();

        client.GetServices().Select(entry => entry.Service.Key.Port).Should().Equal(80, 81);
        dumps.Should().Be(3);
    }

    [Fact]
    public void DumpThatIsAlwaysInterrupted_IsAnErrorInTheEnd()
    {
        var kernel = new ScriptedKernel(asked => [Entry(asked[0], 80, MessageFlags.DumpInterrupted), FakeReply.Done(asked[0].Header, asked[0].PortId)]);
        using var client = kernel.Connect();

        client.Invoking(broken => broken.GetServices()).Should().Throw<NetlinkProtocolException>().WithMessage("*none of them is complete*");
    }

    [Fact]
    public void KernelsOwnWords_AreInTheError()
    {
        var kernel = new ScriptedKernel(asked =>
        {
            var body = new byte[sizeof(int) + MessageHeader.Size];
            BitConverter.TryWriteBytes(body, -(int)Errno.ERANGE);
            System.Runtime.InteropServices.MemoryMarshal.Write(body.AsSpan(sizeof(int)), asked[0].Header);
            byte[] text = FakeReply.Attribute(1, Encoding.ASCII.GetBytes("Attribute failed policy validation\0"));
            return [FakeReply.Message(MessageType.Error, MessageFlags.Capped | MessageFlags.ExtendedAck, asked[0].Header.Sequence, asked[0].PortId, [.. body, .. text])];
        });
        using var client = kernel.Connect();

        client.Apply([Remove]).Single().Error!.Message.Should().Be("ipvs remove-service tcp/10.0.0.1:80: ERANGE (Attribute failed policy validation)");
    }

    [Fact]
    public void MissingFamily_SaysWhichModuleAndWhere()
    {
        var kernel = new ScriptedKernel { IsAbsent = true };
        using var client = kernel.Connect();

        client.Invoking(absent => absent.GetInfo()).Should().Throw<IpvsUnavailableException>()
            .Where(error => error.Message.Contains("modprobe ip_vs") && error.Message.Contains("container"));

        kernel.IsAbsent = false;
        client.Flush();
    }

    [Fact]
    public void ModuleLoadedAnew_IsFoundUnderItsNewNumber()
    {
        var kernel = new ScriptedKernel();
        using var client = kernel.Connect();
        client.Flush();

        kernel.FamilyId++;

        client.Apply([Remove, Remove]).Should().OnlyContain(result => result.Succeeded);
        client.Flush();
        kernel.FamilyId++;
        client.Flush();
    }

    [Fact]
    public void MissingDestination_DoesNotPassForAMissingFamily()
    {
        var kernel = new ScriptedKernel(asked => [ScriptedKernel.Refused(asked[0], Errno.ENOENT)]);
        using var client = kernel.Connect();

        var error = client.Apply([new IpvsChange.RemoveDestination(Web, new DestinationKey(IPAddress.Loopback, 80))]).Single().Error!;

        error.IsNotFound.Should().BeTrue();
        error.IsSchedulerMissing.Should().BeFalse();
    }

    [Fact]
    public void MissingPrivilege_SaysWhichAndWhere()
    {
        var kernel = new ScriptedKernel(asked => asked.Select(one => ScriptedKernel.Refused(one, Errno.EPERM)));
        using var client = kernel.Connect();

        client.Invoking(forbidden => forbidden.GetServices()).Should().Throw<IpvsUnavailableException>().WithMessage("*CAP_NET_ADMIN in the initial user namespace*");
        client.Invoking(forbidden => forbidden.Apply([Remove])).Should().Throw<IpvsUnavailableException>().Where(error => error.IsForbidden);
    }

    private static byte[] Entry(Asked asked, ushort port, MessageFlags flags = MessageFlags.None)
    {
        var batch = new RequestBatch();
        var writer = batch.Begin(asked.Header.Type, MessageFlags.None);
        writer.WriteFixed(new GenericHeader((byte)IpvsCommand.NewService, 1));
        ServiceCodec.Write(ref writer, new VirtualService(ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.0.0.1"), port)));
        batch.End(writer);
        return FakeReply.Message(asked.Header.Type, MessageFlags.Multi | flags, asked.Header.Sequence, asked.PortId, batch.Datagram[MessageHeader.Size..]);
    }
}
