namespace Gorb.Ipvs;

/// <summary>
/// The operations that the kernel can be asked for. Errors carry the operation, because one errno means different things for different operations.
/// </summary>
public enum IpvsOperation
{
    /// <summary>Resolves the IPVS family.</summary>
    Connect,

    /// <summary>IPVS_CMD_NEW_SERVICE.</summary>
    AddService,

    /// <summary>IPVS_CMD_SET_SERVICE.</summary>
    UpdateService,

    /// <summary>IPVS_CMD_DEL_SERVICE.</summary>
    RemoveService,

    /// <summary>IPVS_CMD_GET_SERVICE, for one service or all.</summary>
    GetServices,

    /// <summary>IPVS_CMD_NEW_DEST.</summary>
    AddDestination,

    /// <summary>IPVS_CMD_SET_DEST.</summary>
    UpdateDestination,

    /// <summary>IPVS_CMD_DEL_DEST.</summary>
    RemoveDestination,

    /// <summary>IPVS_CMD_GET_DEST.</summary>
    GetDestinations,

    /// <summary>IPVS_CMD_GET_INFO.</summary>
    GetInfo,

    /// <summary>IPVS_CMD_GET_CONFIG.</summary>
    GetTimeouts,

    /// <summary>IPVS_CMD_SET_CONFIG.</summary>
    SetTimeouts,

    /// <summary>IPVS_CMD_ZERO.</summary>
    Zero,

    /// <summary>IPVS_CMD_FLUSH.</summary>
    Flush,

    /// <summary>IPVS_CMD_GET_DAEMON.</summary>
    GetSyncDaemons,

    /// <summary>IPVS_CMD_NEW_DAEMON.</summary>
    StartSyncDaemon,

    /// <summary>IPVS_CMD_DEL_DAEMON.</summary>
    StopSyncDaemon,
}

/// <summary>Names of the operations in messages.</summary>
internal static class IpvsOperationNames
{
    public static string Name(this IpvsOperation operation) => operation switch
    {
        IpvsOperation.Connect => "connect",
        IpvsOperation.AddService => "add-service",
        IpvsOperation.UpdateService => "update-service",
        IpvsOperation.RemoveService => "remove-service",
        IpvsOperation.GetServices => "get-services",
        IpvsOperation.AddDestination => "add-destination",
        IpvsOperation.UpdateDestination => "update-destination",
        IpvsOperation.RemoveDestination => "remove-destination",
        IpvsOperation.GetDestinations => "get-destinations",
        IpvsOperation.GetInfo => "get-info",
        IpvsOperation.GetTimeouts => "get-timeouts",
        IpvsOperation.SetTimeouts => "set-timeouts",
        IpvsOperation.Zero => "zero",
        IpvsOperation.Flush => "flush",
        IpvsOperation.GetSyncDaemons => "get-sync-daemons",
        IpvsOperation.StartSyncDaemon => "start-sync-daemon",
        IpvsOperation.StopSyncDaemon => "stop-sync-daemon",
        _ => operation.ToString(),
    };
}
