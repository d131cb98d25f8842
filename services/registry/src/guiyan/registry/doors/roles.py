"""Who may do what here (domain.md §6): one line a kind of act; the scope narrows each to the own organisations."""

from typing import Final

from guiyan.service.auth import OFFICE_ROLES, Role

READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR)
READ_OWN: Final = (*READ, Role.MEMBER)
ORGANISE: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
RULE: Final = (Role.CITY_OFFICER,)
REGISTER: Final = (Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
DECIDE: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
KEEP_TRIPS: Final = (
    Role.BRANCH_CONTACT,
    Role.BRANCH_SECRETARY,
    Role.STATION_STAFF,
    Role.TOWNSHIP_OFFICER,
    Role.CITY_OFFICER,
)
SUBMIT_SWEEP: Final = (Role.BRANCH_CONTACT, *REGISTER)
KEEP_PROBATIONS: Final = (
    Role.BRANCH_CONTACT,
    Role.BRANCH_SECRETARY,
    Role.TOWNSHIP_OFFICER,
    Role.CITY_OFFICER,
)
ASK_CORRECTION: Final = (*KEEP_TRIPS, Role.MEMBER)
REVEAL: Final = (*KEEP_TRIPS, Role.AUDITOR)
REVEAL_OWN: Final = (*REVEAL, Role.MEMBER)
SEE_ACCESSES: Final = (Role.AUDITOR, Role.MEMBER)
PROVE: Final = (Role.AUDITOR,)
SEE_ACCOUNTS: Final = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN)
OPEN_ACCOUNTS: Final = (Role.SYS_ADMIN,)
GRANT_ROLES: Final = (Role.SEC_ADMIN,)
LOCK_ACCOUNTS: Final = (Role.SYS_ADMIN, Role.SEC_ADMIN)
