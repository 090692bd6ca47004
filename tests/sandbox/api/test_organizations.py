import httpx2


async def test_the_first_version_gives_the_fields_asked_for(api: httpx2.AsyncClient) -> None:
    query = {"fields": "Id,Name,Type,IsPro,IsVatFree,IsTaxFreeUnion,VatNumber,City,Email"}
    assert (await api.get("/v1/organizations", params=query)).json() == [
        {
            "Id": 501,
            "Name": "Prøvebageriet ApS",
            "Type": "Default",
            "IsPro": True,
            "IsVatFree": False,
            "IsTaxFreeUnion": False,
            "VatNumber": "12345678",
            "City": "Ærø",
            "Email": None,
        }
    ]


async def test_the_second_version_tells_company_type_role_and_subscription(api: httpx2.AsyncClient) -> None:
    (organization,) = (await api.get("/v1.1/organizations")).json()
    assert organization["VatNumber"] == "DK12345678"
    assert organization["CompanyTypeKey"] == "PrivateLimitedCompany"
    assert organization["RoleKey"] == "Administrator"
    assert organization["Subscription"]["HasPro"] is True
