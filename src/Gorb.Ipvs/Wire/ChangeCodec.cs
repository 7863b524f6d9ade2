using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Translates a change to the kernel's command and its attributes.</summary>
internal static class ChangeCodec
{
    public static IpvsCommand Command(IpvsChange change) => change switch
    {
        IpvsChange.AddService => IpvsCommand.NewService,
        IpvsChange.UpdateService => IpvsCommand.SetService,
        IpvsChange.RemoveService => IpvsCommand.DeleteService,
        IpvsChange.AddDestination => IpvsCommand.NewDestination,
        IpvsChange.UpdateDestination => IpvsCommand.SetDestination,
        IpvsChange.RemoveDestination => IpvsCommand.DeleteDestination,
        _ => throw Unknown(change),
    };

    public static void Write(ref AttributeWriter writer, IpvsChange change)
    {
        switch (change)
        {
            case IpvsChange.AddService { Settings: var settings }:
                ServiceCodec.Write(ref writer, settings);
                break;
            case IpvsChange.UpdateService { Settings: var settings }:
                ServiceCodec.Write(ref writer, settings);
                break;
            case IpvsChange.RemoveService:
                ServiceCodec.WriteKey(ref writer, change.Service);
                break;
            case IpvsChange.AddDestination { Settings: var settings }:
                ServiceCodec.WriteKey(ref writer, change.Service);
                DestinationCodec.Write(ref writer, settings);
                break;
            case IpvsChange.UpdateDestination { Settings: var settings }:
                ServiceCodec.WriteKey(ref writer, change.Service);
                DestinationCodec.Write(ref writer, settings);
                break;
            case IpvsChange.RemoveDestination { Key: var key }:
                ServiceCodec.WriteKey(ref writer, change.Service);
                DestinationCodec.WriteKey(ref writer, key);
                break;
            default:
                throw Unknown(change);
        }
    }

    private static ArgumentException Unknown(IpvsChange change) => new($"{change.GetType().Name} is no change of the kernel's table.", nameof(change));
}
