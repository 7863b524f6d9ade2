namespace Gorb.Ipvs.Wire;

/// <summary>Commands of the family (linux/ip_vs.h, IPVS_CMD_*). A reply carries the number of the command that would write the object.</summary>
internal enum IpvsCommand : byte
{
    Unspecified,      // IPVS_CMD_UNSPEC
    NewService,       // IPVS_CMD_NEW_SERVICE  SERVICE, full
    SetService,       // IPVS_CMD_SET_SERVICE  SERVICE, full
    DeleteService,    // IPVS_CMD_DEL_SERVICE  SERVICE, key
    GetService,       // IPVS_CMD_GET_SERVICE  SERVICE, key; dump: no attributes
    NewDestination,   // IPVS_CMD_NEW_DEST     SERVICE, key; DEST, full
    SetDestination,   // IPVS_CMD_SET_DEST     SERVICE, key; DEST, full
    DeleteDestination, // IPVS_CMD_DEL_DEST    SERVICE, key; DEST, key
    GetDestination,   // IPVS_CMD_GET_DEST     dump only: SERVICE, key
    NewDaemon,        // IPVS_CMD_NEW_DAEMON   DAEMON, full
    DeleteDaemon,     // IPVS_CMD_DEL_DAEMON   DAEMON, state
    GetDaemon,        // IPVS_CMD_GET_DAEMON   dump only: no attributes
    SetConfig,        // IPVS_CMD_SET_CONFIG   TIMEOUT_*
    GetConfig,        // IPVS_CMD_GET_CONFIG   no attributes
    SetInfo,          // IPVS_CMD_SET_INFO     in replies only: InfoAttribute at top level
    GetInfo,          // IPVS_CMD_GET_INFO     no attributes
    Zero,             // IPVS_CMD_ZERO         SERVICE, key; or no attributes for all
    Flush,            // IPVS_CMD_FLUSH        no attributes
}
